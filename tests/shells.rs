//! What shells and `man` read is read by them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::path::Path;
use std::process::Command;
#[cfg(unix)]
use std::process::Stdio;
use support::{Run, command, finish};
use tempfile::TempDir;

fn here(args: &[&str]) -> Run {
    finish(command(Path::new("/"), args))
}

#[cfg(unix)]
/// What bash offers for the last of these words. `None` where there is no bash.
fn offered(script: &str, words: &[&str]) -> Option<Vec<String>> {
    let ask = "source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=()\n\
               _closeloop closeloop \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"\n\
               printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script).unwrap();
    bash.args(["--norc", "--noprofile", "-c", ask]).arg(file.path()).args(words);
    let output = bash.stdin(Stdio::null()).output().ok()?;
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap().lines().map(ToOwned::to_owned).collect())
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_options_and_rules() {
    let script = here(&["completions", "bash"]).out;
    for (words, expected) in [
        (&["closeloop", "che"][..], "check"),
        (&["closeloop", "check", "--outp"], "--output"),
        (&["closeloop", "check", "--output", "gith"], "github"),
        (&["closeloop", "check", "--rule", "overdue-a"], "overdue-action"),
        (&["closeloop", "explain", "overdue-a"], "overdue-action"),
        (&["closeloop", "check", "--profile", "aud"], "auditor"),
        (&["closeloop", "report", "--framework", "pci"], "pci-dss"),
        (&["closeloop", "schema", "mer"], "merge"),
    ] {
        let Some(offered) = offered(&script, words) else { return };
        assert_eq!(offered, [expected], "{words:?}");
    }
}

/// Completion knows more words than the arguments ask for: a rule of one's own is taken as before.
#[test]
fn completion_forbids_no_rule_of_ones_own() {
    let run = here(&["explain", "no-such-rule"]);
    assert!(run.code == 2 && run.err.contains("there is no rule no-such-rule"), "{run:?}");
}

#[test]
fn every_shell_gets_a_script_and_an_unknown_one_is_2() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = here(&["completions", shell]);
        assert!(run.code == 0 && run.out.contains("merge"), "{shell}");
        // The other two complete no values.
        assert!(run.out.contains("overdue-action") || ["powershell", "elvish"].contains(&shell), "{shell}");
    }
    assert_eq!(here(&["completions", "tcsh"]).code, 2);
}

#[test]
fn each_command_has_a_page_and_groff_has_nothing_to_say() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("share/man1");
    let run = here(&["man", folder.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{run:?}");
    let mut pages: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|page| page.unwrap().path()).collect();
    pages.sort();
    assert!(pages.len() > 10 && pages.contains(&folder.join("closeloop-check.1")), "{pages:?}");
    assert_eq!(std::fs::read_to_string(folder.join("closeloop.1")).unwrap(), here(&["man"]).out);
    for page in pages {
        let mut groff = Command::new("groff");
        let Ok(output) = groff.args(["-man", "-Tutf8", "-ww", "-z"]).arg(&page).output() else {
            println!("skipped: there is no groff");
            return;
        };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{}: {said}", page.display());
    }
}

#[test]
fn pages_that_cannot_be_written_are_2() {
    let file = tempfile::NamedTempFile::new().unwrap();
    assert_eq!(here(&["man", file.path().to_str().unwrap()]).code, 2);
}
