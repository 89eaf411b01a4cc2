/// Why something in a capture could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    FileCut,
    Record,
    Interface,
    Clock,
    LinkType,
    NotIp,
    Cut,
    Ip,
    Length,
    Nested,
    Tunnel,
    FragmentLost,
    FragmentOverlap,
    OtherTransport,
    Transport,
    Room,
    Hello,
    Certificate,
    Quic,
    Dns,
    Name,
}

impl Unread {
    /// What people read.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::FileCut => "the file ends within a packet",
            Self::Record => "record of the file not valid",
            Self::Interface => "packet of an interface the file does not describe",
            Self::Clock => "clock went back by more than a second",
            Self::LinkType => "link type not known",
            Self::NotIp => "neither IPv4 nor IPv6",
            Self::Cut => "packet cut off before its ports",
            Self::Ip => "IP header not valid",
            Self::Length => "IP packet longer than its frame, read as long as that",
            Self::Nested => "tunnels nested too deep",
            Self::Tunnel => "tunnel header not valid",
            Self::FragmentLost => "IP fragment without the others",
            Self::FragmentOverlap => "IP fragments overlap",
            Self::OtherTransport => "neither TCP nor UDP",
            Self::Transport => "TCP or UDP header not valid",
            Self::Room => "stream not read to its name for want of room",
            Self::Hello => "TLS hello not valid",
            Self::Certificate => "certificate not valid",
            Self::Quic => "QUIC Initial not decrypted",
            Self::Dns => "DNS message not valid",
            Self::Name => "host name not valid",
        }
    }
}
