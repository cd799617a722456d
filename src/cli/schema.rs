//! `closeloop schema`

use super::COULD_NOT;
use super::args::{SchemaArgs, SchemaOf};
use super::out::Out;
use crate::render::schema;

/// Prints a schema.
pub(super) fn run(args: &SchemaArgs, out: &Out) -> u8 {
    let schema = match args.of {
        SchemaOf::Result => schema::result(),
        SchemaOf::Timeline => schema::timeline(),
        SchemaOf::Merge => schema::merged(),
        SchemaOf::Trend => schema::trend(),
        SchemaOf::Config => schema::config(),
        SchemaOf::Waivers => schema::waivers(),
        SchemaOf::Record => schema::record(),
    };
    match serde_json::to_string_pretty(&schema) {
        Ok(text) => out.print(&(text + "\n"), 0),
        Err(error) => {
            out.complain(&format!("the schema could not be written: {error}"), "");
            COULD_NOT
        }
    }
}
