mod wrapped; // lines within JSON

use std::borrow::Cow;

use model::Timestamp;

use super::{
    BadLine, Format, Settings, Summary, cef, cloud, dns_servers,
    draft::{Draft, Reason, Taken},
    envelope, eve, fields, firewalls,
    join::Join,
    json, leef, schemas, squid, umbrella, zeek,
};
use crate::Observation;

/// Longest line that is read, in bytes.
const LONGEST: usize = 1 << 20;
/// How deep lines may be wrapped in one another.
const WRAPPINGS: u32 = 4;
const UNKNOWN: Reason = "format not recognised";

/// Reads lines; keeps what later lines need: headers, answers of DNS, names of flows.
#[derive(Debug)]
pub struct Reader {
    settings: Settings,
    current: Option<Format>,
    zeek: zeek::Columns,
    flows: cloud::FlowFields,
    umbrella: umbrella::Columns,
    asked: dns_servers::Asked,
    join: Join,
    /// JSON that began on an earlier line, and how many of its braces are open.
    text: Option<(String, i64)>,
    summary: Summary,
}

type Each<'e> = &'e mut dyn FnMut(Observation);

impl Reader {
    /// Reads lines of that format, or of any.
    pub fn new(format: Option<Format>) -> Self {
        Self::with(Settings { format, ..Settings::default() })
    }

    /// Reads lines as the settings say.
    pub fn with(settings: Settings) -> Self {
        let format = settings.format.or(settings.squid.is_some().then_some(Format::SquidCustom));
        let join = Join::new(settings.join);
        Self {
            settings: Settings { format, ..settings },
            current: format,
            zeek: zeek::Columns::default(),
            flows: cloud::FlowFields::default(),
            umbrella: umbrella::Columns::default(),
            asked: dns_servers::Asked::default(),
            join,
            text: None,
            summary: Summary::default(),
        }
    }

    /// Sets about when the next lines were written: the year of syslog's times, and the time of lines that have none.
    pub fn set_reference(&mut self, reference: Timestamp) {
        self.settings.clock.reference = Some(reference);
    }

    /// Reads one line, with or without its end.
    ///
    /// # Errors
    /// [`BadLine`] with its reason. Of a list of records in one line, those that can be read are given all the same.
    pub fn line(&mut self, line: &[u8], each: Each<'_>) -> Result<(), BadLine> {
        self.summary.lines += 1;
        self.whole(line, each).map_err(|reason| self.bad(reason))
    }

    /// Ends a file or a body: counts what is left of a JSON text that did not end, and forgets its headers. What it said of names stays.
    pub fn finish(&mut self) {
        if self.text.take().is_some() {
            self.bad(json::MALFORMED);
        }
        self.current = self.settings.format;
        self.zeek = zeek::Columns::default();
        self.flows = cloud::FlowFields::default();
        self.umbrella = umbrella::Columns::default();
    }

    /// The format of the last line that was read.
    pub fn format(&self) -> Option<Format> {
        self.current
    }

    /// What was read so far.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    fn bad(&mut self, reason: Reason) -> BadLine {
        *self.summary.bad.entry(reason).or_default() += 1;
        BadLine { reason, format: self.current.filter(|_| reason != UNKNOWN) }
    }

    fn whole(&mut self, line: &[u8], each: Each<'_>) -> Result<(), Reason> {
        if line.len() > LONGEST {
            return Err("longer than 1 MiB");
        }
        let line: Cow<'_, str> = match std::str::from_utf8(line) {
            Ok(line) => Cow::Borrowed(line),
            Err(_) => String::from_utf8_lossy(line),
        };
        let line = line.trim_end_matches(['\r', '\n', '\0']).trim_start_matches('\u{feff}');
        if self.text.is_some() {
            return self.more_text(line, each);
        }
        self.text(line, None, WRAPPINGS, each)
    }

    /// A line of text, perhaps taken out of another; `at` is the time that what it was taken out of gave.
    fn text(&mut self, line: &str, at: Option<Timestamp>, depth: u32, each: Each<'_>) -> Result<(), Reason> {
        if self.current == Some(Format::ZeekTsv)
            && self.zeek.is_known()
            && !line.starts_with(['#', '{', '<'])
            && !line.is_empty()
        {
            return self.known(Format::ZeekTsv, line, at, each);
        }
        let trimmed = line.trim_start();
        match trimmed.as_bytes().first() {
            None => Ok(()),
            Some(b'{') => self.object(trimmed, at, depth, each),
            Some(b'[' | b']') if wrapped::is_list(trimmed) => self.list(trimmed, at, depth, each),
            Some(b'#') => self.comment(trimmed),
            Some(_) => self.plain(line, at, depth, each),
        }
    }

    fn comment(&mut self, line: &str) -> Result<(), Reason> {
        if ["#separator ", "#fields\t", "#path\t", "#set_separator", "#unset_field", "#empty_field"]
            .iter()
            .any(|mark| line.starts_with(mark))
        {
            self.current = Some(Format::ZeekTsv);
            self.zeek.header(line)?;
        }
        Ok(())
    }

    /// A line that is neither JSON nor a comment.
    fn plain(&mut self, line: &str, at: Option<Timestamp>, depth: u32, each: Each<'_>) -> Result<(), Reason> {
        if let Some(from) = Format::start(line) {
            let at = envelope::open(line, &self.settings.clock).and_then(|envelope| envelope.at).or(at);
            let line = envelope::uncounted(line).get(from..).unwrap_or(line);
            let format = if line.starts_with("CEF") { Format::Cef } else { Format::Leef };
            return self.known(format, line, at, each);
        }
        // Lines of most formats begin with a digit; those of syslog with a priority or a month.
        let counted = envelope::uncounted(line).len() < line.len();
        let begins_wrapped = counted || !line.starts_with(|first: char| first.is_ascii_digit());
        if begins_wrapped
            && depth > 0
            && let Some(envelope) = envelope::open(line, &self.settings.clock)
        {
            return self.enveloped(&envelope, at, depth - 1, each);
        }
        let forced = self.settings.format.filter(|format| !format.is_json());
        // A header said what these records look like; nothing in them would.
        let flow =
            (self.current == Some(Format::VpcFlow) && self.flows.fits(line)).then_some(Format::VpcFlow);
        let looks = flow
            .or_else(|| Format::of_line(line, None, self.current))
            .filter(|format| forced.is_none_or(|forced| forced == *format));
        if let Some(format) = looks {
            return self.known(format, line, at, each);
        }
        if !begins_wrapped
            && depth > 0
            && let Some(envelope) = envelope::open(line, &self.settings.clock)
        {
            return self.enveloped(&envelope, at, depth - 1, each);
        }
        self.known(forced.ok_or(UNKNOWN)?, line, at, each)
    }

    fn enveloped(
        &mut self,
        envelope: &envelope::Envelope<'_>,
        at: Option<Timestamp>,
        depth: u32,
        each: Each<'_>,
    ) -> Result<(), Reason> {
        let at = envelope.at.or(at);
        if envelope.message.starts_with('{')
            || (envelope.message.starts_with('[') && wrapped::is_list(envelope.message))
        {
            return self.text(envelope.message, at, depth, each);
        }
        let forced = self.settings.format.filter(|format| !format.is_json());
        let format = forced.or_else(|| Format::of_line(envelope.message, envelope.tag, self.current));
        match format {
            Some(format) => self.known(format, envelope.message, at, each),
            // A time alone stood before the line, as exports of CloudWatch have it.
            None if Format::of_line(envelope.unsent, None, self.current).is_some() => {
                self.text(envelope.unsent, at, depth, each)
            }
            // A relay may have put its own envelope around another.
            None if depth > 0 && envelope::open(envelope.message, &self.settings.clock).is_some() => {
                self.plain(envelope.message, at, depth - 1, each)
            }
            None => Err(UNKNOWN),
        }
    }

    /// A line whose format is known.
    fn known(
        &mut self,
        format: Format,
        line: &str,
        at: Option<Timestamp>,
        each: Each<'_>,
    ) -> Result<(), Reason> {
        let mut draft = Draft::new();
        let clock = self.settings.clock;
        self.current = Some(format);
        let taken = match format {
            Format::ZeekTsv => self.zeek.read(line, &clock, &mut draft),
            Format::ZeekJson => zeek::read_json(line, &clock, &mut draft),
            Format::SuricataEve => eve::read(line, &clock, &mut draft),
            Format::Squid => squid::read_native(line, &clock, &mut draft),
            Format::Common => squid::read_common(line, &clock, &mut draft),
            Format::SquidCustom => match &self.settings.squid {
                Some(format) => format.read(line, &clock, &mut draft),
                None => Err("the logformat was not given"),
            },
            Format::Dnsmasq => dns_servers::read_dnsmasq(line, &mut self.asked, &mut draft),
            Format::Bind => dns_servers::read_bind(line, &clock, &mut draft),
            Format::Unbound => dns_servers::read_unbound(line, &clock, &mut draft),
            Format::WindowsDns => dns_servers::read_windows(line, &clock, &mut draft),
            Format::Cef => cef::read(line, &clock, &mut draft),
            Format::Leef => leef::read(line, &clock, &mut draft),
            Format::PanOs => firewalls::read_panos(line, &clock, &mut draft),
            Format::Fortigate => firewalls::read_fortigate(line, &clock, &mut draft),
            Format::Route53 => cloud::read_route53(line, &clock, &mut draft),
            Format::VpcFlow => match cloud::FlowFields::header(line) {
                Some(fields) => {
                    self.flows = fields;
                    Ok(Taken::Nothing)
                }
                None => self.flows.read(line, &clock, &mut draft),
            },
            Format::Cloudflare => cloud::read_cloudflare(line, &clock, &mut draft),
            Format::Umbrella => match umbrella::Columns::header(line) {
                Some(columns) => {
                    self.umbrella = columns;
                    Ok(Taken::Nothing)
                }
                None => self.umbrella.read(line, &clock, &mut draft),
            },
            Format::Ocsf => schemas::read_ocsf(line, &clock, &mut draft),
            Format::Ecs => schemas::read_ecs(line, &clock, &mut draft),
            Format::Fields => {
                let read = match line.starts_with('{') {
                    true => fields::read_json(line, &clock, &mut draft),
                    false => fields::read_pairs(line, &clock, &mut draft),
                };
                read?.ok_or(UNKNOWN)
            }
        }?;
        draft.at = draft.at.or(at).or(clock.reference);
        self.join.learn(&draft);
        if taken == Taken::Nothing {
            return Ok(());
        }
        self.join.name(&mut draft);
        draft.seen.at = draft.at.ok_or("no time, and none to take in its place")?;
        self.summary.observations += 1;
        each(draft.seen);
        Ok(())
    }
}
