//! Logs on one core: `cargo bench -p sensor --bench logs [-- zeek-tsv|zeek-json|suricata-eve|…]`.
//!
//! Reads lines and looks every host up in the catalogue. Where `jq` is installed, it gets the same lines of JSON in the same run, to take
//! a few fields of each; it finds no tool. Counts processor time where the system tells it (Linux).

use std::{
    env, fs,
    hint::black_box,
    io::Write as _,
    process::{Command, Stdio},
    sync::LazyLock,
    time::{Duration, Instant},
};

use catalog::Catalog;
use sensor::log::{Clock, Format, Reader, Settings};

/// Bytes of lines of each format.
const SIZE: usize = 32 << 20;
const RUN: Duration = Duration::from_millis(1_500);
const HOSTS: [&str; 8] = [
    "chatgpt.com",
    "www.example.com",
    "api.anthropic.com",
    "cdn.images.example.net",
    "outlook.office365.com",
    "gemini.google.com",
    "a1b2c3.cloudfront.example.org",
    "updates.example.com",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let only = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let catalog = Catalog::builtin()?;
    for format in Format::ALL {
        let name = format.as_str();
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let Some(lines) = lines(format) else { continue };
        let ours = throughput(&catalog, name, &lines);
        if matches!(format, Format::ZeekJson | Format::SuricataEve)
            && let Some(jq) = jq(&lines)
        {
            println!("{:32} {jq:>9.1} MB/s  (ours is {:.1} times that)", format!("{name}, jq"), ours / jq);
        }
    }
    Ok(())
}

/// Varied lines of the usual lengths for three formats; the others repeat their samples.
fn lines(format: Format) -> Option<String> {
    let make = match format {
        Format::ZeekTsv => zeek_tsv,
        Format::ZeekJson => zeek_json,
        Format::SuricataEve => eve,
        other => {
            let path = format!("{}/samples/{}.log", env!("CARGO_MANIFEST_DIR"), other.as_str());
            let sample = fs::read_to_string(path).ok()?;
            return Some(sample.repeat(SIZE / sample.len()));
        }
    };
    let mut lines = String::with_capacity(SIZE + 4_096);
    if format == Format::ZeekTsv {
        lines.push_str(ZEEK_HEADER);
    }
    for number in 0.. {
        lines.push_str(&make(number));
        lines.push('\n');
        if lines.len() >= SIZE {
            break;
        }
    }
    Some(lines)
}

fn throughput(catalog: &Catalog, name: &str, lines: &str) -> f64 {
    let clock = Clock { reference: "2026-11-23T04:00:00Z".parse().ok(), offset_minutes: 0 };
    let (begun, mut bytes, mut tools, mut observations) = (processor_time(), 0, 0_u64, 0);
    while processor_time() - begun < RUN {
        let mut reader = Reader::with(Settings { clock, ..Settings::default() });
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', lines.as_bytes()) {
            let line = lines.as_bytes().get(from..end).unwrap_or_default();
            from = end + 1;
            let _ = reader.line(line, &mut |seen| {
                tools += u64::from(seen.host.as_deref().is_some_and(|host| catalog.lookup(host).is_some()));
                black_box(&seen);
            });
        }
        observations += reader.summary().observations;
        bytes += lines.len();
    }
    let rate = bytes as f64 / 1e6 / (processor_time() - begun).as_secs_f64();
    println!("{name:32} {rate:>9.1} MB/s  ({observations} observations, {tools} of tools)");
    rate
}

/// Megabytes jq reads in a second of its own processor time, as the shell tells it.
fn jq(lines: &str) -> Option<f64> {
    const SCRIPT: &str = r#"TIMEFORMAT='%U %S'; time jq -c '[.ts, .timestamp, .["id.orig_h"], .src_ip, .server_name, .dns.rrname,
        .tls.sni, .flow.bytes_toserver]' > /dev/null"#;
    let (input, output) = (Stdio::piped(), Stdio::piped());
    let mut child = Command::new("bash").args(["-c", SCRIPT]).stdin(input).stderr(output).spawn().ok()?;
    child.stdin.take()?.write_all(lines.as_bytes()).ok()?;
    let told = child.wait_with_output().ok().filter(|output| output.status.success())?;
    let seconds: f64 = String::from_utf8_lossy(&told.stderr)
        .split_whitespace()
        .filter_map(|part| part.parse::<f64>().ok())
        .sum();
    (seconds > 0.0).then(|| lines.len() as f64 / 1e6 / seconds)
}

const ZEEK_HEADER: &str = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tssl\n\
    #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tcipher\tcurve\tserver_name\tresumed\tlast_alert\tnext_protocol\
    \testablished\tssl_history\tcert_chain_fps\tclient_cert_chain_fps\tsni_matches_cert\n";

fn zeek_tsv(number: u64) -> String {
    format!(
        "{}\tC{number:017x}\t{}\t{}\t{}\t443\tTLSv13\tTLS_AES_128_GCM_SHA256\tx25519\t{}\tF\t-\th2\tT\tCsiI\t-\t-\t-",
        time(number),
        client(number),
        port(number),
        server(number),
        host(number),
    )
}

fn zeek_json(number: u64) -> String {
    format!(
        r#"{{"ts":{},"uid":"C{number:017x}","id.orig_h":"{}","id.orig_p":{},"id.resp_h":"{}","id.resp_p":443,"proto":"tcp",{}"{}",{}}}"#,
        time(number),
        client(number),
        port(number),
        server(number),
        r#""version":"TLSv13","cipher":"TLS_AES_128_GCM_SHA256","curve":"x25519","server_name":"#,
        host(number),
        r#""resumed":false,"next_protocol":"h2","established":true,"ssl_history":"CsiI""#,
    )
}

fn eve(number: u64) -> String {
    let second = number % 60;
    let micro = number % 1_000_000;
    let (host, client, server, port) = (host(number), client(number), server(number), port(number));
    let head = format!(
        r#""timestamp":"2026-11-18T12:06:{second:02}.{micro:06}+0100","flow_id":{},"in_iface":"eth0","src_ip":"{client}","src_port":{port},"dest_ip":"{server}","dest_port":443,"proto":"TCP""#,
        1_000_000_000_000_000 + number,
    );
    let rest = match number % 3 {
        0 => format!(
            r#""event_type":"tls","tls":{{"sni":"{host}","version":"TLS 1.3","ja3":{{"hash":"0123456789abcdef0123456789abcdef","string":"771,4865-4866-4867,0-23-65281-10-11-35-16-5-13-18-51-45-43-27,29-23-24,0"}},"ja3s":{{"hash":"f"}},"ja4":"t13d1516h2_8daaf6152771_02713d6af862"}}"#
        ),
        1 => format!(
            r#""app_proto":"tls","event_type":"flow","flow":{{"pkts_toserver":12,"pkts_toclient":20,"bytes_toserver":{micro},"bytes_toclient":90{micro},"start":"2026-11-18T12:06:30.000000+0100","end":"2026-11-18T12:06:40.000000+0100","age":10,"state":"closed","reason":"timeout","alerted":false}},"tcp":{{"tcp_flags":"1b","syn":true,"state":"closed"}}"#
        ),
        _ => format!(
            r#""event_type":"dns","dns":{{"version":2,"type":"answer","id":{port},"flags":"8180","qr":true,"rd":true,"rrname":"{host}","rrtype":"A","rcode":"NOERROR","answers":[{{"rrname":"{host}","rrtype":"A","ttl":60,"rdata":"{server}"}}],"grouped":{{"A":["{server}"]}}}}"#
        ),
    };
    format!("{{{head},{rest}}}")
}

fn time(number: u64) -> String {
    format!("{}.{:06}", 1_795_000_000 + number / 100, number % 1_000_000)
}

fn client(number: u64) -> String {
    format!("10.1.{}.{}", number % 16, number % 250)
}

fn server(number: u64) -> String {
    format!("198.51.100.{}", number % 200)
}

fn port(number: u64) -> u64 {
    40_000 + number % 20_000
}

fn host(number: u64) -> &'static str {
    let at = usize::try_from(number.wrapping_mul(2_654_435_761) >> 7).unwrap_or(0) % HOSTS.len();
    HOSTS.get(at).copied().unwrap_or_default()
}

/// Processor time of this process, or time on the wall.
fn processor_time() -> Duration {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| BEGUN.elapsed(), Duration::from_nanos)
}
