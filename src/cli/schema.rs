//! `closeloop schema`

use super::COULD_NOT;
use super::args::{SchemaArgs, SchemaOf};
use super::out::Out;
use crate::config::WaiverFile;
use crate::config::model::Config;
use crate::record::format;
use crate::render::json::ResultDocument;
use crate::timeline::Timeline;

/// Prints a schema of JSON Schema, draft 2020-12.
pub(super) fn run(args: &SchemaArgs, out: &Out) -> u8 {
    let schema = match args.of {
        SchemaOf::Result => schemars::schema_for!(ResultDocument).to_value(),
        SchemaOf::Timeline => schemars::schema_for!(Timeline).to_value(),
        SchemaOf::Config => schemars::schema_for!(Config).to_value(),
        SchemaOf::Record => format::schema(),
        SchemaOf::Waivers => schemars::schema_for!(WaiverFile).to_value(),
    };
    match serde_json::to_string_pretty(&schema) {
        Ok(text) => out.print(&(text + "\n"), 0),
        Err(error) => {
            out.complain(&format!("the schema could not be written: {error}"), "");
            COULD_NOT
        }
    }
}
