//! Cisco Umbrella and Secure Access: DNS, web, firewall and IP logs, as values between commas.
//!
//! <https://docs.umbrella.com/umbrella-user-guide/docs/log-format-and-versioning> and the pages below it; `request size` is up. Later versions
//! only add columns at the end. Files of Secure Access may begin with a line that names the columns; without it, which log and which version
//! a line belongs to is told by its values.

use super::{
    draft::{Draft, Reason, Taken},
    text,
    time::Clock,
    words::comma_separated,
};
use crate::{HostSource, Transport};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Time,
    Identity,
    InternalAddress,
    ExternalAddress,
    Action,
    Domain,
    Categories,
    Server,
    Port,
    Protocol,
    Url,
    Agent,
    Method,
    Up,
    Down,
    Names,
    Other,
}

impl Column {
    fn named(name: &str) -> Self {
        match name.trim_matches(['"', ' ']).to_ascii_lowercase().replace(['_', '-', ' '], "").as_str() {
            "timestamp" => Self::Time,
            "mostgranularidentity" | "policyidentitylabel" | "identity" => Self::Identity,
            "internalip" | "internalclientip" | "sourceip" => Self::InternalAddress,
            "externalip" | "externalclientip" => Self::ExternalAddress,
            "action" | "verdict" => Self::Action,
            "domain" => Self::Domain,
            "categories" => Self::Categories,
            "destinationip" => Self::Server,
            "destinationport" => Self::Port,
            "protocol" => Self::Protocol,
            "url" => Self::Url,
            "useragent" => Self::Agent,
            "requestmethod" => Self::Method,
            "requestsize" | "bytessent" => Self::Up,
            "responsesize" | "bytesreceived" => Self::Down,
            "fqdns" => Self::Names,
            _ => Self::Other,
        }
    }
}

/// The columns that a line names, or those of a log whose lines name none.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns(Vec<Column>);

const DNS: &str = "timestamp,most granular identity,identities,internal ip,external ip,action,query type,response code,domain,categories";
const WEB: &str = "timestamp,policy identity label,internal client ip,external client ip,destination ip,content type,action,url,referer,\
                   user agent,status code,request size,response size,response body size,sha256,categories,av detections,puas,\
                   amp disposition,amp malware name,amp score,policy identity type,blocked categories,identities,identity types,\
                   request method";
const FIREWALL: &str = "timestamp,origin ids,identity,identity type,direction,protocol,packet size,source ip,source port,destination ip,\
                        destination port,data center,rule id,action,fqdns,destination list ids,first packet timestamp,\
                        last packet timestamp,packets sent,packets received,bytes sent,bytes received";
/// Of the first versions, without the tunnel's number.
const FIRST_FIREWALL: &str = "timestamp,identity,identity type,direction,protocol,packet size,source ip,source port,destination ip,\
                              destination port,data center,rule id,action";
const ADDRESSES: &str = "timestamp,identity,source ip,source port,destination ip,destination port,categories";

impl Columns {
    fn of(header: &str) -> Self {
        Self(header.split(',').map(Column::named).collect())
    }

    /// Takes in a line that names the columns, if it is one.
    pub(super) fn header(line: &str) -> Option<Self> {
        let first = line.trim_start_matches('"').get(..9)?;
        (first.eq_ignore_ascii_case("timestamp") && line.contains(',')).then(|| Self::of(line))
    }

    /// Reads a line: by these columns if it has as many, else by those of the log it looks like.
    pub(super) fn read(&self, line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
        let values = comma_separated(line);
        let values: Vec<&str> = values.iter().map(|value| value.trim()).collect();
        let told;
        let columns = match self.0.len() == values.len() {
            true => self,
            false => {
                told = Self::of(log_of(&values).ok_or("not one of Umbrella's versions")?);
                &told
            }
        };
        let mut row = Row::default();
        for (column, value) in columns.0.iter().zip(&values) {
            row.take(*column, value, clock, draft)?;
        }
        row.close(draft)
    }
}

/// Which log a line belongs to, by its values.
fn log_of(values: &[&str]) -> Option<&'static str> {
    let value = |at: usize| values.get(at).copied().unwrap_or_default();
    let verdict = |at: usize| {
        let words = ["allowed", "blocked", "proxied", "warned", "isolated", "allow", "block"];
        words.iter().any(|word| value(at).eq_ignore_ascii_case(word))
    };
    let addresses = |from: usize, to: usize| {
        let fits = |at: usize| text::address(value(at)).is_some();
        fits(from) && (fits(to) || value(to).is_empty())
    };
    match values.len() {
        10.. if verdict(5) && value(6).contains('(') => Some(DNS),
        13.. if verdict(6) || value(7).contains("://") => Some(WEB),
        13.. if addresses(7, 9) => Some(FIREWALL),
        12.. if addresses(6, 8) => Some(FIRST_FIREWALL),
        6.. if addresses(2, 4) => Some(ADDRESSES),
        _ => None,
    }
}

#[derive(Default)]
struct Row<'a> {
    external: &'a str,
    names: &'a str,
}

impl<'a> Row<'a> {
    fn take(
        &mut self,
        column: Column,
        value: &'a str,
        clock: &Clock,
        draft: &mut Draft,
    ) -> Result<(), Reason> {
        match column {
            Column::Time => draft.time(value, clock)?,
            Column::Identity => draft.user(value),
            Column::InternalAddress => draft.client(value),
            Column::ExternalAddress => self.external = value,
            Column::Action => draft.handling(value),
            Column::Domain => draft.question(value),
            Column::Categories => draft.category(value),
            Column::Server => draft.server(value),
            Column::Port => draft.port(value),
            Column::Protocol => draft.transport(value),
            Column::Url => {
                draft.seen.transport = Transport::Tcp;
                draft.url(value.trim_matches(['"', '<', '>', ' ']), HostSource::Log);
            }
            Column::Agent => draft.agent(value),
            Column::Method => draft.method(value),
            Column::Up => draft.up(value),
            Column::Down => draft.down(value),
            Column::Names => self.names = value,
            Column::Other => (),
        }
        Ok(())
    }

    fn close(self, draft: &mut Draft) -> Result<Taken, Reason> {
        if draft.seen.client.is_none() {
            draft.client(self.external);
        }
        // Several names may stand for one address: then none of them is sure.
        if draft.seen.host.is_none() && !self.names.contains(',') {
            draft.host(self.names, HostSource::Log);
        }
        let named = draft.seen.host.is_some() || draft.seen.server.is_some();
        Ok(if named { Taken::Evidence } else { Taken::Nothing })
    }
}

/// Whether a line is one of Umbrella's: a quoted time, then values between commas.
pub(super) fn claims(line: &str) -> bool {
    let bytes = line.trim_start_matches('"').as_bytes();
    let dated = bytes.get(4) == Some(&b'-')
        && bytes.get(7) == Some(&b'-')
        && bytes.get(10) == Some(&b' ')
        && bytes.get(13) == Some(&b':');
    dated && line.matches(',').count() >= 5 && line.starts_with('"')
}
