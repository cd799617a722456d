//! `closeloop explain`

use super::args::{ExplainArgs, Plain};
use super::out::Out;
use super::{COULD_NOT, rules, show};
use crate::render::catalogue;

/// Explains one rule; returns the exit code.
pub(super) fn run(args: &ExplainArgs, out: &Out) -> u8 {
    // A built-in rule is explained in any case, a broken configuration does not keep anybody from reading.
    if let Some(text) = catalogue::explain(&args.rule, &[]) {
        return out.print(&text, 0);
    }
    let book = match rules::configured(&args.tree) {
        Ok(book) => book,
        Err(refusal) => return show::refuse(Plain::Text, refusal, out),
    };
    let own = book.as_ref().map_or(&[][..], |book| &book.config.rule);
    if let Some(text) = catalogue::explain(&args.rule, own) {
        if rules::is_kept_back(book.as_ref()) {
            let what = "`closeloop explain` prints what a rule of your own says, and output is minimal here";
            out.complain(what, "Run it at home.");
            return COULD_NOT;
        }
        return out.print(&text, 0);
    }
    let help = match catalogue::nearest(&args.rule, own) {
        Some(name) => format!("Did you mean {name}?"),
        None => "`closeloop rules` lists them.".to_owned(),
    };
    out.complain(&format!("there is no rule {}", args.rule), &help);
    COULD_NOT
}
