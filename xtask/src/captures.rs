use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
    fmt::Write,
    fs::{self, File},
    net::IpAddr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use sensor::{
    Observation, Transport,
    packet::{Limits, read_capture},
};
use sha2::{Digest, Sha256};

/// Which captures to compare.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Captures; without any, those of `sensor/captures`.
    files: Vec<PathBuf>,
    /// Write what the sensor reads beside each capture, as the answers its test expects.
    #[arg(long)]
    write: bool,
}

/// A flow by its ends: client, its port, server, port, transport; within a tunnel, those of the innermost packet.
type Ends = (String, u16, String, u16, Transport);

/// A client's hello as tshark reads it.
#[derive(Debug, PartialEq, Eq)]
struct Hello {
    name: Option<String>,
    alpn: Option<String>,
    ja3: String,
    ja4: String,
}

/// Fields asked of tshark, in this order.
const FIELDS: [&str; 17] = [
    "frame.protocols",
    "ip.src",
    "ipv6.src",
    "tcp.srcport",
    "udp.srcport",
    "ip.dst",
    "ipv6.dst",
    "tcp.dstport",
    "udp.dstport",
    "tls.handshake.extensions_server_name",
    "tls.handshake.extensions_alpn_str",
    "tls.handshake.ja3",
    "tls.handshake.version",
    "tls.handshake.ciphersuite",
    "tls.handshake.extension.type",
    "tls.handshake.sig_hash_alg",
    "tls.handshake.extensions.supported_version",
];

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut files = options.files.clone();
    if files.is_empty() {
        let folder = fs::read_dir(crate::root().join("sensor/captures"))?;
        let paths = folder.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        files.extend(paths.into_iter().filter(|path| path.extension().is_some_and(|end| end == "pcap")));
        files.sort();
    }
    let mut differences = 0;
    for file in &files {
        differences += compare(file, options.write)?;
    }
    ensure!(differences == 0, "{differences} hellos and flows differ from what tshark reads");
    Ok(())
}

fn compare(file: &Path, write: bool) -> Result<usize> {
    let mut observations = Vec::new();
    let summary = read_capture(File::open(file)?, &Limits::default(), &mut |seen| observations.push(seen))
        .with_context(|| format!("`{}`", file.display()))?;
    if write {
        let lines = observations.iter().map(|seen| Ok(serde_json::to_string(seen)? + "\n"));
        fs::write(file.with_extension("expected.jsonl"), lines.collect::<Result<String>>()?)?;
    }
    let (mut agreeing, mut differing) = (0, 0);
    for (ends, hello) in &hellos(file)? {
        let ours = observations.iter().filter(|seen| seen.ja3.is_some() && matches(seen, ends));
        if ours.clone().any(|seen| ours_as_hello(seen) == *hello) {
            agreeing += 1;
        } else {
            differing += 1;
            println!("{}: tshark {ends:?}\n  {hello:?}", file.display());
            ours.for_each(|seen| println!("  {:?}", ours_as_hello(seen)));
        }
    }
    let flows = compare_bytes(file, &observations)?;
    println!(
        "{}: {} packets, {} flows, {} questions; {agreeing} hellos agree, {differing} differ; bytes of {flows} flows differ; not read: {:?}",
        file.display(),
        summary.packets,
        summary.flows,
        summary.questions,
        summary.unread,
    );
    Ok(differing + flows)
}

/// What went between two addresses: from the lower to the higher, and back.
type Between = (IpAddr, IpAddr);

/// Compares the bytes each way of TCP flows; says how many tshark has that we have not.
///
/// What tshark takes for one stream may be several flows for us, where it paused for two minutes: such are compared by
/// what went between the same addresses in all.
fn compare_bytes(file: &Path, observations: &[Observation]) -> Result<usize> {
    let mut ours: Vec<(Between, [u64; 2])> = observations.iter().filter_map(bytes_of).collect();
    let mut left: BTreeMap<Between, ([u64; 2], usize)> = BTreeMap::new();
    for (between, bytes) in streams(file)? {
        match ours.iter().position(|other| *other == (between, bytes)) {
            Some(place) => {
                ours.swap_remove(place);
            }
            None => {
                let (sum, streams) = left.entry(between).or_default();
                add(sum, bytes);
                *streams += 1;
            }
        }
    }
    let mut missing = 0;
    for (between, (theirs, streams)) in left {
        let mut sum = [0; 2];
        ours.iter().filter(|(other, _)| *other == between).for_each(|(_, bytes)| add(&mut sum, *bytes));
        if sum != theirs {
            missing += streams;
            println!("{}: {between:?}: bytes {sum:?}, tshark {theirs:?}", file.display());
        }
    }
    Ok(missing)
}

fn add([up, down]: &mut [u64; 2], [more_up, more_down]: [u64; 2]) {
    *up += more_up;
    *down += more_down;
}

fn bytes_of(seen: &Observation) -> Option<(Between, [u64; 2])> {
    let (client, server) = (seen.client?, seen.server?);
    let (up, down) = (seen.bytes_up.unwrap_or(0), seen.bytes_down.unwrap_or(0));
    let of_tcp = seen.transport == Transport::Tcp && seen.shape.is_some();
    let sorted = match client.cmp(&server) {
        Ordering::Less => ((client, server), [up, down]),
        Ordering::Greater => ((server, client), [down, up]),
        // One machine with itself: tshark's fields do not tell the ways apart.
        Ordering::Equal => ((client, server), [up + down, 0]),
    };
    of_tcp.then_some(sorted)
}

/// Bytes each way of the TCP streams that tshark sees.
fn streams(file: &Path) -> Result<Vec<(Between, [u64; 2])>> {
    // What an ICMP message quotes of a flow is not of it.
    let filter = "tcp and not tcp.port == 53 and not icmp and not icmpv6";
    let fields = ["frame.protocols", "ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "tcp.stream", "tcp.len"];
    let mut streams: HashMap<String, (Between, [u64; 2])> = HashMap::new();
    for line in tshark(file, filter, &fields)?.lines() {
        let [protocols, a4, a6, b4, b6, stream, length] = line.split('\t').collect::<Vec<_>>()[..] else {
            continue;
        };
        let (source, target) = (innermost(protocols, a4, a6), innermost(protocols, b4, b6));
        let last = |text: &str| last(text).parse::<u64>().ok();
        // A segment without its ports has no length.
        let (Ok(source), Ok(target), Some(length)) = (source.parse(), target.parse(), last(length)) else {
            continue;
        };
        let between = if source <= target { (source, target) } else { (target, source) };
        let (_, bytes) = streams.entry(stream.to_owned()).or_insert((between, [0; 2]));
        add(bytes, if source <= target { [length, 0] } else { [0, length] });
    }
    Ok(streams.into_values().collect())
}

/// What tshark says of the packets that pass the filter: a line each, with the fields between tabs.
fn tshark(file: &Path, filter: &str, fields: &[&str]) -> Result<String> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(file).args(["-Y", filter, "-T", "fields", "-E", "aggregator=,"]);
    for field in fields {
        command.args(["-e", field]);
    }
    let output = command.output().context("cannot run tshark; Debian has it in the package `tshark`")?;
    // A capture that ends within a packet fails at its end; what came before counts.
    if !output.status.success() {
        println!("{}: {}", file.display(), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The address of the innermost packet: the last of IPv4 or of IPv6, whichever stands deeper.
fn innermost<'a>(protocols: &str, four: &'a str, six: &'a str) -> &'a str {
    let depth = |name: &str| {
        let found = protocols.split(':').enumerate().filter(|(_, protocol)| *protocol == name);
        found.last().map(|(depth, _)| depth)
    };
    if depth("ip") > depth("ipv6") { last(four) } else { last(six) }
}

fn last(text: &str) -> &str {
    text.rsplit(',').next().unwrap_or(text)
}

fn matches(seen: &Observation, (client, _, server, port, transport): &Ends) -> bool {
    let is = |address: Option<IpAddr>, text: &str| address.is_some_and(|ours| ours.to_string() == text);
    is(seen.client, client)
        && is(seen.server, server)
        && seen.port == Some(*port)
        && seen.transport == *transport
}

fn ours_as_hello(seen: &Observation) -> Hello {
    let text = |value: &Option<Box<str>>| value.as_deref().unwrap_or_default().to_owned();
    let named = seen.host_from.is_some_and(|from| !matches!(from, sensor::HostSource::Dns));
    Hello {
        name: seen.host.as_deref().filter(|_| named).map(str::to_owned),
        alpn: seen.alpn.as_deref().map(str::to_owned),
        ja3: text(&seen.ja3),
        ja4: text(&seen.ja4),
    }
}

/// The first hello of each flow, as tshark reads it; what it takes for one without reading it is left out.
fn hellos(file: &Path) -> Result<Vec<(Ends, Hello)>> {
    let mut found: HashMap<Ends, Hello> = HashMap::new();
    for line in tshark(file, "tls.handshake.type == 1", &FIELDS)?.lines() {
        let (ends, hello) = hello(line).with_context(|| format!("a line of tshark: {line}"))?;
        if !hello.ja3.is_empty() {
            found.entry(ends).or_insert(hello);
        }
    }
    Ok(found.into_iter().collect())
}

fn hello(line: &str) -> Option<(Ends, Hello)> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [
        protocols,
        a4,
        a6,
        at,
        au,
        b4,
        b6,
        bt,
        bu,
        name,
        alpn,
        ja3,
        version,
        ciphers,
        extensions,
        signatures,
        versions,
    ] = fields[..]
    else {
        return None;
    };
    let (transport, protocol) = if at.is_empty() { (Transport::Udp, 'q') } else { (Transport::Tcp, 't') };
    let port = |tcp: &str, udp: &str| last(if tcp.is_empty() { udp } else { tcp }).parse().ok();
    let ends = (
        innermost(protocols, a4, a6).to_owned(),
        port(at, au)?,
        innermost(protocols, b4, b6).to_owned(),
        port(bt, bu)?,
        transport,
    );
    let first = |text: &str| text.split(',').next().filter(|text| !text.is_empty()).map(str::to_owned);
    let ja4 = ja4(
        protocol,
        &[numbers(versions), numbers(version)],
        &numbers(ciphers),
        &numbers(extensions),
        &numbers(signatures),
        alpn.split(',').next().unwrap_or_default(),
    );
    let name = first(name).map(|name| name.to_lowercase());
    Some((ends, Hello { name, alpn: first(alpn), ja3: ja3.split(',').next()?.to_owned(), ja4 }))
}

/// Numbers in decimal or hexadecimal form, without GREASE.
fn numbers(text: &str) -> Vec<u16> {
    let number = |text: &str| match text.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    };
    text.split(',')
        .filter_map(number)
        .filter(|value| value & 0x0f0f != 0x0a0a || value >> 8 != value & 0xff)
        .collect()
}

/// JA4 of tshark's fields: written apart from the sensor's, as a check of it (tshark 4.0 has none).
fn ja4(
    protocol: char,
    versions: &[Vec<u16>; 2],
    ciphers: &[u16],
    extensions: &[u16],
    signatures: &[u16],
    alpn: &str,
) -> String {
    let version = versions.iter().find_map(|list| list.iter().max()).copied().unwrap_or_default();
    let version = match version {
        0x0301..=0x0304 => (9 + (version & 0xff)).to_string(),
        0x0300 => "s3".to_owned(),
        _ => "00".to_owned(),
    };
    let ends = match (alpn.chars().next(), alpn.chars().last()) {
        (Some(first), Some(last)) => format!("{first}{last}"),
        _ => "00".to_owned(),
    };
    let kept: Vec<u16> = extensions.iter().copied().filter(|kind| *kind != 0 && *kind != 16).collect();
    let mut hashed = list(&kept, true);
    if !signatures.is_empty() && !hashed.is_empty() {
        hashed = hashed + "_" + &list(signatures, false);
    }
    format!(
        "{protocol}{version}{}{:02}{:02}{ends}_{}_{}",
        if extensions.contains(&0) { 'd' } else { 'i' },
        ciphers.len().min(99),
        extensions.len().min(99),
        short(&list(ciphers, true)),
        short(&hashed),
    )
}

fn list(values: &[u16], sorted: bool) -> String {
    let mut values = values.to_vec();
    if sorted {
        values.sort_unstable();
    }
    values.iter().map(|value| format!("{value:04x}")).collect::<Vec<_>>().join(",")
}

fn short(text: &str) -> String {
    if text.is_empty() {
        return "000000000000".to_owned();
    }
    let mut digits = String::new();
    for byte in Sha256::digest(text).iter().take(6) {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
