//! Anything else that names its fields, as JSON or as pairs: FortiGate's and Zscaler's JSON, Netskope's events, flow logs of clouds,
//! firewalls that write `src=… dst=…`.
//!
//! Vendors call the same thing by few names, written in many ways: `srcip`, `src_ip`, `SourceIP`. Names are compared without case and
//! punctuation, and of a path the last part counts. A line is evidence only if it names who asked and where to.

use model::Timestamp;

use super::{
    draft::{Draft, Reason, Taken},
    firewalls,
    json::{self, Value},
    text,
    time::{self, Clock},
};
use crate::{HostSource, Transport};

/// Longest name of a field that is looked at.
const LONGEST_NAME: usize = 40;

/// What a field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Time,
    /// When a collector got the line.
    Received,
    Date,
    Client,
    /// The address within the organisation, where `Client` is one it shares.
    OwnClient,
    Server,
    Port,
    Protocol,
    Host,
    /// A host, or the name of the device that wrote the line.
    PerhapsHost,
    Sni,
    Question,
    Url,
    User,
    Method,
    Agent,
    Up,
    Down,
    Action,
    Application,
    Category,
    Ja3,
    Ja4,
    Alpn,
}

impl Field {
    /// By its name in lower case without punctuation.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "timestamp" | "time" | "datetime" | "eventtime" | "timegenerated" | "starttime" | "ts"
            | "epochtime" | "createdat" | "start" => Self::Time,
            "timereceived" | "receivetime" => Self::Received,
            "date" => Self::Date,
            "clientip" | "srcip" | "srcaddr" | "sourceip" | "sourceaddress" | "src" | "cip"
            | "clientaddress" | "sourceipaddress" | "srcipaddr" | "csip" | "clientaddr" | "remoteaddr"
            | "clientsrcip" => Self::Client,
            "userip" | "clientinternalip" | "sourceinternalip" | "internalip" | "cintip" => Self::OwnClient,
            "serverip"
            | "dstip"
            | "destip"
            | "destinationip"
            | "destinationaddress"
            | "dst"
            | "dstaddr"
            | "destaddr"
            | "destinationipaddress"
            | "dstipaddr"
            | "sip"
            | "cdip"
            | "serveraddr"
            | "clientdstip" => Self::Server,
            "dstport" | "destport" | "destinationport" | "serverport" | "dport" | "dpt" | "cdport"
            | "clientdstport" => Self::Port,
            "proto" | "protocol" | "transport" | "ipproto" | "ipprotocol" | "networkprotocol" => {
                Self::Protocol
            }
            "dhost"
            | "dsthost"
            | "desthost"
            | "dsthostname"
            | "desthostname"
            | "destinationhostname"
            | "destinationhost"
            | "dstname"
            | "destname"
            | "urlhost"
            | "urldomain"
            | "dstdomain"
            | "destdomain"
            | "destinationdomain"
            | "destinationdnsdomain"
            | "requesthost"
            | "httphost"
            | "ehost"
            | "fqdn"
            | "domain"
            | "domainname" => Self::Host,
            "host" | "hostname" | "site" => Self::PerhapsHost,
            "sni" | "tlssni" | "servername" | "sslsni" => Self::Sni,
            "qname" | "queryname" | "dnsquery" | "dnsreq" | "question" | "rrname" | "query" => Self::Question,
            "url" | "requesturl" | "uri" | "requesturi" | "fullurl" | "page" | "eurl" | "request" => {
                Self::Url
            }
            "user" | "username" | "login" | "suser" | "srcuser" | "sourceuser" | "email" | "useremail"
            | "usrname" | "elogin" | "sourceusername" | "userprincipalname" => Self::User,
            "requestmethod" | "method" | "httpmethod" | "reqmethod" => Self::Method,
            "useragent" | "ua" | "eua" | "requestclientapplication" => Self::Agent,
            "sentbyte" | "bytessent" | "sentbytes" | "bytesout" | "outbytes" | "requestsize"
            | "clientbytes" | "srcbytes" | "reqsize" | "bytestoserver" | "uploadbytes" => Self::Up,
            "rcvdbyte" | "bytesreceived" | "receivedbytes" | "rcvdbytes" | "bytesin" | "inbytes"
            | "responsesize" | "serverbytes" | "dstbytes" | "respsize" | "bytestoclient" | "recvbytes"
            | "downloadbytes" => Self::Down,
            "action" | "act" | "policyaction" | "disposition" | "verdict" => Self::Action,
            "app" | "application" | "appname" | "applicationname" | "cloudappname" => Self::Application,
            "urlcategory" | "category" | "appcategory" | "urlcat" | "catdesc" => Self::Category,
            "ja3" | "ja3hash" => Self::Ja3,
            "ja4" => Self::Ja4,
            "alpn" => Self::Alpn,
            _ => return None,
        })
    }

    /// By a path of JSON, or the key of a pair.
    fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('.').next().unwrap_or(path);
        if name.len() > LONGEST_NAME {
            return None;
        }
        let plain = |byte: &u8| byte.is_ascii_alphanumeric();
        let bytes: Vec<u8> = name.bytes().filter(plain).map(|byte| byte.to_ascii_lowercase()).collect();
        Self::named(std::str::from_utf8(&bytes).ok()?)
    }
}

/// Reads an object of JSON; `None` where it is no evidence.
pub(super) fn read_json(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Option<Taken>, Reason> {
    let mut record = Record::default();
    json::walk(line, &mut |path, value| {
        if let (Some(field), Value::Text(_) | Value::Number(_)) = (Field::of(path), &value) {
            record.take(field, value.text().unwrap_or_default(), clock, draft);
        }
    })?;
    Ok(record.close(clock, draft))
}

/// Reads pairs; `None` where they are no evidence.
pub(super) fn read_pairs(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Option<Taken>, Reason> {
    let mut record = Record::default();
    firewalls::pairs(line, &mut |key, value| {
        if let Some(field) = Field::of(key) {
            record.take(field, &value, clock, draft);
        }
    })?;
    Ok(record.close(clock, draft))
}

#[derive(Default)]
struct Record {
    received: Option<Timestamp>,
    date: Option<Box<str>>,
    time: Option<Box<str>>,
    own_client: Option<Box<str>>,
    host: Option<Box<str>>,
    perhaps_host: Option<Box<str>>,
    sni: Option<Box<str>>,
    question: Option<Box<str>>,
    url: Option<Box<str>>,
}

impl Record {
    fn take(&mut self, field: Field, value: &str, clock: &Clock, draft: &mut Draft) {
        let Some(value) = text::present(value) else { return };
        let keep = |place: &mut Option<Box<str>>| {
            place.get_or_insert_with(|| value.into());
        };
        match field {
            Field::Time if draft.at.is_none() => match time::instant(value, clock) {
                Some(at) => draft.at = Some(at),
                None => keep(&mut self.time),
            },
            Field::Received => self.received = self.received.or_else(|| time::instant(value, clock)),
            Field::Date => keep(&mut self.date),
            Field::Client if draft.seen.client.is_none() => draft.client(value),
            Field::OwnClient => keep(&mut self.own_client),
            Field::Server if draft.seen.server.is_none() => draft.server(value),
            Field::Port => draft.port(value),
            Field::Protocol => draft.transport(value),
            Field::Host => keep(&mut self.host),
            Field::PerhapsHost => keep(&mut self.perhaps_host),
            Field::Sni => keep(&mut self.sni),
            Field::Question => keep(&mut self.question),
            Field::Url => keep(&mut self.url),
            Field::User if draft.seen.user.is_none() => draft.user(value),
            Field::Method => draft.method(value),
            Field::Agent => draft.agent(value),
            Field::Up => draft.up(value),
            Field::Down => draft.down(value),
            Field::Action if draft.seen.handling.is_none() => draft.handling(value),
            Field::Application if draft.seen.vendor_application.is_none() => draft.application(value),
            Field::Category if draft.seen.vendor_category.is_none() => draft.category(value),
            Field::Ja3 => draft.ja3(value),
            Field::Ja4 => draft.ja4(value),
            Field::Alpn => draft.alpn(value),
            Field::Time
            | Field::Client
            | Field::Server
            | Field::User
            | Field::Action
            | Field::Application
            | Field::Category => (),
        }
    }

    /// What the fields come to together.
    fn close(self, clock: &Clock, draft: &mut Draft) -> Option<Taken> {
        if let (None, Some(date)) = (draft.at, &self.date) {
            let time = self.time.as_deref().unwrap_or("00:00:00");
            let whole = time::instant(date, clock);
            draft.at = whole.or_else(|| time::instant(&format!("{date} {time}"), clock));
        }
        draft.at = draft.at.or(self.received);
        if let Some(own) = &self.own_client {
            draft.client(own);
        }
        draft.seen.client?;
        if let Some(url) = &self.url {
            draft.target(url, HostSource::Log);
        }
        let fallback = self.perhaps_host.filter(|name| draft.seen.host.is_none() && name.contains('.'));
        for (name, from) in [
            (self.host.or(fallback), HostSource::Log),
            (self.sni, HostSource::Sni),
            (self.question, HostSource::Dns),
        ] {
            if let Some(name) = name {
                draft.host(&name, from);
            }
        }
        if draft.seen.transport == Transport::Unknown && draft.seen.method.is_some() {
            draft.seen.transport = Transport::Tcp;
        }
        (draft.seen.host.is_some() || draft.seen.server.is_some()).then_some(Taken::Evidence)
    }
}

/// Whether a line of text has pairs that name who asked and where to.
pub(super) fn claims(line: &str) -> bool {
    let mut draft = Draft::new();
    line.contains('=') && matches!(read_pairs(line, &Clock::default(), &mut draft), Ok(Some(_)))
}

#[cfg(test)]
mod tests {
    use super::{read_json, read_pairs};
    use crate::log::{draft::Draft, time::Clock};

    fn check(line: &str, expected: &str) {
        let mut draft = Draft::new();
        let clock = Clock::default();
        let read = match line.starts_with('{') {
            true => read_json(line, &clock, &mut draft),
            false => read_pairs(line, &clock, &mut draft),
        };
        let seen = &draft.seen;
        let address = |address: Option<std::net::IpAddr>| address.map_or("-".into(), |it| it.to_string());
        let text = format!(
            "{} {} {} {} {:?}",
            address(seen.client),
            address(seen.server),
            seen.host.as_deref().unwrap_or("-"),
            seen.user.as_deref().unwrap_or("-"),
            (seen.port, seen.bytes_up, seen.bytes_down),
        );
        assert_eq!(if read.unwrap().is_some() { &text } else { "nothing" }, expected, "{line}");
    }

    #[test]
    fn one_thing_by_many_names() {
        let same = "192.0.2.1 198.51.100.7 chatgpt.com ann@example.com (Some(443), Some(10), Some(20))";
        for line in [
            r#"{"date":"2026-11-18","time":"11:06:40","srcip":"192.0.2.1","dstip":"198.51.100.7","dstport":443,"hostname":"chatgpt.com","user":"ann@example.com","sentbyte":"10","rcvdbyte":"20"}"#,
            r#"{"event":{"ClientIP":"192.0.2.1","serverip":"198.51.100.7","server_port":"443","url":"chatgpt.com/c/1","login":"ann@example.com","requestsize":10,"responsesize":20,"hostname":"proxy.local"}}"#,
            r#"{"jsonPayload":{"connection":{"src_ip":"192.0.2.1","dest_ip":"198.51.100.7","dest_port":443},"dest_domain":"chatgpt.com","username":"ann@example.com","bytes_sent":"10","bytes_received":"20"}}"#,
            "SourceAddress=192.0.2.1 DestinationAddress=198.51.100.7 DestinationPort=443 SNI=chatgpt.com SourceUser=ann@example.com BytesSent=10 BytesReceived=20",
            r#"src=192.0.2.1:50000, dst="198.51.100.7:443", url="https://chatgpt.com/c?x=1", email=ann@example.com, sent_bytes=10, recv_bytes=20"#,
            r#"{"userip":"192.0.2.1","srcip":"203.0.113.1","dstip":"198.51.100.7","dstport":443,"domain":"chatgpt.com","page":"other.example","user":"ann@example.com","client_bytes":10,"server_bytes":20}"#,
        ] {
            check(line, same);
        }
    }

    #[test]
    fn nobody_or_nowhere_is_no_evidence() {
        check(r#"{"srcip":"192.0.2.1","msg":"hello"}"#, "nothing");
        check(r#"{"dstip":"192.0.2.1","url":"https://chatgpt.com/"}"#, "nothing");
        check("user=ann action=login", "nothing");
        check(r#"<img src="https://cdn.example/a.png" host="claude.ai">"#, "nothing");
        check(r#"{"src":"lib/index.js","dst":"dist","url":"https://claude.ai/"}"#, "nothing");
        check("rsync src=/home/ann dst=192.0.2.1 url=https://claude.ai/", "nothing");
    }
}
