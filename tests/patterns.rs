//! Patterns and remedies across incidents: the whole line, from records to findings.
#![allow(clippy::unwrap_used)]

mod failed_remedy {
    use closeloop::config::Level;
    use closeloop::git::Snapshot;
    use closeloop::verdict::{Options, judge};

    /// The records on which the rule speaks above a note; each incident is a day of detection and what else it says.
    fn found(incidents: &[(&str, &str)]) -> Vec<String> {
        let record = |(index, (day, more)): (usize, &(&str, &str))| {
            let id = index + 1;
            format!("- {{ id: I{id}, title: T, status: closed, detected: {day}, causes: [tag]{more} }}\n")
        };
        let text: String = incidents.iter().enumerate().map(record).collect();
        let options = Options {
            as_of: Some("2026-06-30".parse().unwrap()),
            now: chrono::DateTime::UNIX_EPOCH,
            rules: vec!["failed-remedy".to_owned()],
            profile: None,
            frameworks: Vec::new(),
            fail_on: Level::Error,
            config: None,
            history: true,
        };
        let files = vec![("incidents/all.yaml".to_owned(), text.into_bytes())];
        let findings = judge(&Snapshot::memory(files), &options).unwrap().verdict.findings;
        let loud = findings.iter().filter(|finding| finding.level > Level::Note);
        loud.map(|finding| finding.record.as_ref().unwrap().to_string()).collect()
    }

    fn remedy(kind: &str, checked: &str, result: &str) -> String {
        let effectiveness = format!("{{ checked: {checked}, result: {result} }}");
        format!(", actions: [{{ id: A1, kind: {kind}, status: verified, effectiveness: {effectiveness} }}]")
    }

    #[test]
    fn the_first_return_after_each_check_is_told() {
        let first = remedy("control", "2025-03-01", "effective");
        let second = remedy("control", "2025-09-01", "effective");
        let series = [
            ("2025-01-01", &*first),
            ("2025-06-01", &*second),
            ("2025-07-01", ""),
            ("2025-10-01", ""),
            ("2025-11-01", ""),
        ];
        assert_eq!(found(&series), ["I2", "I4"]);
        assert_eq!(found(&[("2025-01-01", &first), ("2025-03-01", "")]), Vec::<String>::new(), "not after the check");
        let alike = ("2025-06-01", ", alike_only: The vendor ran it");
        assert_eq!(found(&[("2025-01-01", &first), alike, ("2025-07-01", "")]), ["I3"]);
    }

    #[test]
    fn only_what_was_meant_to_prevent_it_can_fail() {
        let judged = |kind: &str, result: &str| {
            found(&[("2025-01-01", &remedy(kind, "2025-03-01", result)), ("2025-06-01", "")])
        };
        assert_eq!(judged("control", "effective"), ["I2"]);
        assert_eq!(judged("alert", "effective"), ["I2"], "there was nothing else");
        assert_eq!(judged("control", "partly"), Vec::<String>::new());
        assert_eq!(judged("control", "ineffective"), Vec::<String>::new());
        let both = ", actions: [{ id: A1, kind: alert, status: verified, effectiveness: { checked: 2025-03-01, result: \
                    effective } }, { id: A2, kind: control, status: open }]";
        assert_eq!(found(&[("2025-01-01", both), ("2025-06-01", "")]), Vec::<String>::new());
    }
}

mod unraised_pattern {
    use closeloop::config::Level;
    use closeloop::git::Snapshot;
    use closeloop::rules::Nature;
    use closeloop::verdict::{Options, judge};

    /// Incidents with one cause, by the day of their detection, with what else they say.
    fn records(incidents: &[(&str, &str)]) -> String {
        let record = |(index, (day, more)): (usize, &(&str, &str))| {
            format!(
                "- {{ id: I{}, title: T, status: closed, severity: low, detected: {day}, causes: [tag]{more} }}\n",
                index + 1
            )
        };
        incidents.iter().enumerate().map(record).collect()
    }

    /// Breaches as record and number of incidents; notes in brackets.
    fn found(incidents: &[(&str, &str)], more: &[(&str, &str)]) -> Vec<String> {
        let mut files = vec![("incidents/all.yaml".to_owned(), records(incidents).into_bytes())];
        files.extend(more.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())));
        let options = Options {
            as_of: Some("2026-06-30".parse().unwrap()),
            now: chrono::DateTime::UNIX_EPOCH,
            rules: vec!["unraised-pattern".to_owned()],
            profile: None,
            frameworks: Vec::new(),
            fail_on: Level::Error,
            config: None,
            history: true,
        };
        let verdict = judge(&Snapshot::memory(files), &options).unwrap().verdict;
        let shown = verdict.findings.iter().map(|finding| {
            let text =
                format!("{} {}", finding.record.as_ref().unwrap(), finding.message.as_str().split(' ').next().unwrap());
            if finding.nature == Nature::Breach { text } else { format!("({text})") }
        });
        shown.collect()
    }

    const RAISED: &str = ", lessons: [{ id: L1, kind: pattern, text: x }], links: { risks: [R-1] }, \
                          actions: [{ id: A1, lessons: [L1], kind: strategic, status: open, text: x }]";

    fn raised(status: &str) -> String {
        RAISED.replace("status: open", status)
    }

    #[test]
    fn a_series_is_told_once_on_its_latest_incident() {
        let days = [("2025-01-10", ""), ("2025-03-10", ""), ("2025-05-01", ""), ("2026-01-10", ""), ("2026-02-10", "")];
        assert_eq!(found(&days, &[]), ["I3 3", "I5 2"]);
        assert_eq!(found(&[("2025-09-01", ""), ("2026-03-03", "")], &[]), ["I2 2"], "183 days are within");
        assert_eq!(found(&[("2025-09-01", ""), ("2026-03-04", "")], &[]), Vec::<String>::new());
    }

    #[test]
    fn one_more_incident_does_not_put_it_off() {
        assert_eq!(found(&[("2026-03-01", ""), ("2026-06-10", "")], &[]), ["(I2 2)"]);
        assert_eq!(found(&[("2026-03-01", ""), ("2026-04-01", ""), ("2026-06-29", "")], &[]), ["I3 3"]);
        assert_eq!(found(&[("2026-03-01", ""), ("2026-05-31", "")], &[]), ["(I2 2)"], "the last day is in time");
        assert_eq!(found(&[("2026-03-01", ""), ("2026-05-30", "")], &[]), ["I2 2"]);
    }

    #[test]
    fn a_raised_pattern_covers_what_came_before_and_while_it_is_open() {
        let nothing = Vec::<String>::new();
        assert_eq!(found(&[("2026-01-01", ""), ("2026-02-01", ""), ("2026-03-01", RAISED)], &[]), nothing);
        let done = raised("status: done, completed: 2026-02-20");
        assert_eq!(found(&[("2026-01-01", ""), ("2026-01-20", &done), ("2026-02-19", "")], &[]), nothing);
        assert_eq!(found(&[("2026-01-01", ""), ("2026-01-20", &done), ("2026-03-01", "")], &[]), nothing, "one alone");
        let later = [("2026-01-01", ""), ("2026-01-20", done.as_str()), ("2026-03-01", ""), ("2026-04-01", "")];
        assert_eq!(found(&later, &[]), ["I4 2"]);
        assert_eq!(found(&[("2026-01-01", ""), ("2026-02-01", &raised("status: declined"))], &[]), ["I2 2"]);
    }

    #[test]
    fn a_pattern_may_be_raised_elsewhere_or_lived_with() {
        let nothing = Vec::<String>::new();
        let other =
            format!("- {{ id: X1, title: T, status: closed, detected: 2026-01-01, causes: [other]{RAISED} }}\n");
        let linked = |to: &str| format!(", lessons: [{{ id: L1, kind: control-gap, text: x, addressed_by: {to} }}]");
        let found_with = |to: &str| {
            let series = [("2026-02-01", ""), ("2026-03-01", &*linked(to))];
            found(&series, &[("incidents/other.yaml", &other)])
        };
        assert_eq!(found_with("X1/A1"), nothing);
        assert_eq!(found_with("X1/A9"), ["I2 2"]);
        let accepted = ", lessons: [{ id: L1, kind: pattern, text: x, accepted: { by: mira, reason: y, risk: R-1 } }]";
        assert_eq!(found(&[("2026-02-01", ""), ("2026-03-01", accepted)], &[]), nothing);
        assert_eq!(found(&[("2026-02-01", ""), ("2026-03-01", &accepted.replace(", risk: R-1", ""))], &[]), ["I2 2"]);
    }

    #[test]
    fn a_management_review_is_asked_for_once_one_was_held() {
        let series = [("2026-02-01", ""), ("2026-03-01", RAISED)];
        let review = |date: &str, lists: &str| format!("---\nid: MR\ndate: {date}\nincidents: [{lists}]\n---\n");
        let found = |text: &str| found(&series, &[("management-reviews/MR.md", text)]);
        assert_eq!(found(&review("2026-03-20", "")), Vec::<String>::new(), "too early to report it");
        assert_eq!(found(&review("2026-06-20", "")), ["I2 2"]);
        assert_eq!(found(&review("2026-06-20", "{ id: I2, decision: x }")), Vec::<String>::new());
        assert_eq!(found(&review("2026-07-20", "")), Vec::<String>::new(), "it is to come");
    }

    #[test]
    fn what_only_looks_alike_is_left_out_and_stays_visible() {
        let alike = ", alike_only: The vendor ran it";
        assert_eq!(found(&[("2026-02-01", ""), ("2026-03-01", alike)], &[]), ["(I2 2)"]);
        assert_eq!(found(&[("2026-02-01", ""), ("2026-03-01", alike), ("2026-04-01", "")], &[]), ["I3 2"]);
        let nothing = Vec::<String>::new();
        for other in [", origin: exercise", ", origin: external", ", part_of: I1"] {
            assert_eq!(found(&[("2026-02-01", ""), ("2026-03-01", other)], &[]), nothing, "{other}");
        }
    }
}
