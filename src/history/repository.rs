//! Which repository an address or a short name means.

use super::{Chronicle, History};
use crate::text::Text;

/// The repository that something names.
#[derive(Debug)]
pub enum Whose<'h> {
    /// The one that is checked.
    Here,
    /// One that the configuration maps, or why it could not be read.
    Mapped(&'h str, &'h Result<Chronicle, Text>),
    /// One that is not mapped.
    External,
    /// It cannot be told: how this repository is called is not known.
    Unknown,
}

impl History {
    /// Which repository is named: `github.com/owner/name`, or `owner/name`.
    pub fn whose(&self, named: &str) -> Whose<'_> {
        if self.chronicle.repository.as_deref().is_some_and(|own| is_named(own, named)) {
            return Whose::Here;
        }
        let is_mapped = |name: &str, chronicle: &Result<Chronicle, Text>| {
            let origin = chronicle.as_ref().ok().and_then(|chronicle| chronicle.repository.as_deref());
            is_named(&canonical(name), named) || origin.is_some_and(|origin| is_named(origin, named))
        };
        match self.others.iter().find(|(name, chronicle)| is_mapped(name, chronicle)) {
            Some((name, chronicle)) => Whose::Mapped(name, chronicle),
            None if self.chronicle.repository.is_none() => Whose::Unknown,
            None => Whose::External,
        }
    }
}

/// An address of a repository in one form, whatever protocol it is for: `github.com/owner/name`.
pub(super) fn canonical(address: &str) -> Box<str> {
    let address = address.trim().to_lowercase();
    let (has_scheme, rest) = match address.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, address.as_str()),
    };
    let rest = rest.split_once('@').filter(|(user, _)| !user.contains('/')).map_or(rest, |(_, rest)| rest);
    let (host, path) = match (rest.split_once('/'), rest.split_once(':')) {
        // `git@github.com:owner/name`
        (_, Some((host, path))) if !has_scheme && !host.contains('/') => (host, path),
        (Some((host, path)), _) => (host.split(':').next().unwrap_or(host), path),
        (None, _) => (rest, ""),
    };
    let host = match host.strip_prefix("www.").unwrap_or(host) {
        "raw.githubusercontent.com" | "ssh.github.com" => "github.com",
        host => host,
    };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
    if path.is_empty() { host.into() } else { format!("{host}/{path}").into() }
}

/// Whether a name means the repository of a canonical address; `owner/name` leaves the host out.
fn is_named(own: &str, named: &str) -> bool {
    let named = canonical(named);
    let is_short = named.matches('/').count() == 1 && !named.split('/').next().unwrap_or_default().contains('.');
    own == &*named || is_short && own.ends_with(&format!("/{named}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_has_many_addresses() {
        let addresses = [
            "https://github.com/acme/isms",
            "https://github.com/acme/isms.git",
            "https://token@github.com/acme/isms.git/",
            "git@github.com:acme/isms.git",
            "ssh://git@github.com:22/acme/isms",
            "www.GitHub.com/Acme/isms",
            "raw.githubusercontent.com/acme/isms",
        ];
        for address in addresses {
            assert_eq!(&*canonical(address), "github.com/acme/isms", "{address}");
        }
    }

    #[test]
    fn a_short_name_leaves_out_the_host_and_nothing_else() {
        assert!(is_named("github.com/acme/isms", "acme/isms"));
        assert!(is_named("github.com/acme/isms", "github.com/acme/isms"));
        assert!(!is_named("github.com/acme/isms", "github.com/other/isms"));
        assert!(!is_named("github.com/acme/isms", "cme/isms"));
        assert!(!is_named("github.com/acme/isms", "gitlab.com/acme/isms"));
        assert!(!is_named("git.example/group/acme/isms", "isms"));
    }

    #[test]
    fn nothing_is_too_odd_to_be_an_address() {
        for address in ["", "@", ":", "/", "://", "a@b", "../infra", "c:\\isms", "ß:é"] {
            let _ = canonical(address);
        }
    }
}
