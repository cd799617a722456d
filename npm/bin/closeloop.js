#!/usr/bin/env node
// Starts the binary that the package for this platform holds, and ends as it ends.
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");

// A check that could not run exits with 2, as the binary does: never 0, and never 1.
const COULD_NOT = 2;

function binary() {
  const name = process.platform === "win32" ? "closeloop.exe" : "closeloop";
  try {
    return require.resolve(`@closeloop/${process.platform}-${process.arch}/${name}`);
  } catch {
    return null;
  }
}

function main() {
  const program = binary();
  if (program === null) {
    console.error(
      `error: the package @closeloop/${process.platform}-${process.arch} is not installed.\n` +
        "It holds closeloop for this platform, and npm leaves it out with `--omit=optional` or `--no-optional`.\n" +
        "Install again without these; if there is no such package, build closeloop with `cargo install`.",
    );
    return COULD_NOT;
  }
  const done = spawnSync(program, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
  if (done.error) {
    console.error(`error: ${program} could not be started: ${done.error.message}`);
    return COULD_NOT;
  }
  return done.status ?? 128 + (constants.signals[done.signal] ?? 0);
}

process.exitCode = main();
