//! Lines from real files that grow and are rotated while nobody looks, and from real sockets.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    thread::sleep,
    time::Duration,
};

use sensor::{
    intake::{Batch, Origin, Position, Received, Tail, follow, tcp, tls, udp},
    log::{Clock, Reader, Settings},
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream, UdpSocket},
    sync::mpsc,
};

/// A log being written, and a follower that may be stopped at any time.
struct World {
    folder: tempfile::TempDir,
    tail: Tail,
    kept: Option<Position>,
    seen: Vec<String>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tail = Tail::resume(folder.path().join("access.log"), None);
        Self { folder, tail, kept: None, seen: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&mut self, text: &str) -> &mut Self {
        let mut file = OpenOptions::new().create(true).append(true).open(self.path("access.log")).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        self
    }

    /// Polls until there is nothing more; keeps position and lines together, as a caller does.
    fn poll(&mut self) -> &mut Self {
        let mut idle = 0;
        while idle < 6 {
            match self.tail.poll().unwrap() {
                Some(batch) => {
                    self.seen
                        .extend(batch.lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()));
                    self.kept = batch.position;
                    idle = 0;
                }
                None => idle += 1,
            }
        }
        self
    }

    /// One poll whose lines are lost, as when the process dies before they are stored.
    fn poll_and_die(&mut self) -> &mut Self {
        self.tail.poll().unwrap();
        self.restart()
    }

    fn restart(&mut self) -> &mut Self {
        let stored = serde_json::to_string(&self.kept).unwrap();
        self.tail = Tail::resume(self.path("access.log"), serde_json::from_str(&stored).unwrap());
        self
    }

    fn rotate(&mut self) -> &mut Self {
        // File systems tell times of change apart by some milliseconds.
        sleep(Duration::from_millis(12));
        for number in (0..8).rev() {
            for end in ["", ".gz", ".zst"] {
                let name =
                    if number == 0 { "access.log".to_owned() } else { format!("access.log.{number}{end}") };
                let _ = fs::rename(self.path(&name), self.path(&format!("access.log.{}{end}", number + 1)));
            }
        }
        self
    }

    fn copy_and_truncate(&mut self) -> &mut Self {
        sleep(Duration::from_millis(12));
        fs::copy(self.path("access.log"), self.path("access.log.1")).unwrap();
        OpenOptions::new().write(true).truncate(true).open(self.path("access.log")).unwrap();
        sleep(Duration::from_millis(12));
        self
    }

    fn compress(&mut self, name: &str, end: &str) -> &mut Self {
        let (plain, packed) = (self.path(name), self.path(&format!("{name}.{end}")));
        let text = fs::read(&plain).unwrap();
        let changed = fs::metadata(&plain).unwrap().modified().unwrap();
        let bytes = if end == "gz" {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gzip.write_all(&text).unwrap();
            gzip.finish().unwrap()
        } else {
            zstd::encode_all(&text[..], 1).unwrap()
        };
        fs::write(&packed, bytes).unwrap();
        // As gzip and zstd do it.
        fs::File::options().write(true).open(&packed).unwrap().set_modified(changed).unwrap();
        fs::remove_file(plain).unwrap();
        self
    }

    fn saw(&self, expected: &str) {
        assert_eq!(self.seen.join(" "), expected);
    }
}

#[test]
fn a_line_is_given_when_it_has_ended() {
    let mut world = World::new();
    world.poll().saw("");
    world.write("a\nb").poll().saw("a");
    world.write("c\nd\n").poll().saw("a bc d");
    world.restart().poll().saw("a bc d");
}

#[test]
fn rotation_while_it_runs() {
    let mut world = World::new();
    world.write("a\nb\n").poll().write("c\n").rotate().poll().write("d\n").poll().saw("a b c d");
    world.write("e").rotate().write("f\n").poll().saw("a b c d e f");
    world.rotate().write("g\n").rotate().write("h\n").poll().saw("a b c d e f g h");
}

#[test]
fn rotation_while_it_does_not_run() {
    let mut world = World::new();
    world.write("a\nb\n").poll().write("c\n").rotate().restart().write("d\n").poll().saw("a b c d");
    world.write("e\n").rotate().write("f\n").rotate().restart().write("g\n").poll().saw("a b c d e f g");
    world.restart().rotate().poll().restart().write("h\n").poll().saw("a b c d e f g h");
}

#[test]
fn rotated_files_may_be_compressed_meanwhile() {
    let mut world = World::new();
    world.write("a\nb\n").poll().write("c\n").rotate().compress("access.log.1", "gz").restart();
    world.write("d\n").poll().saw("a b c d");
    world
        .write("e\n")
        .rotate()
        .write("f\n")
        .rotate()
        .compress("access.log.2", "zst")
        .compress("access.log.1", "gz");
    world.restart().write("g\n").poll().saw("a b c d e f g");
}

#[test]
fn a_file_copied_and_emptied() {
    let mut world = World::new();
    world.write("first line\nb\n").poll().write("c\n").copy_and_truncate().poll().write("d\n").poll();
    world.saw("first line b c d");
    world.write("e\n").restart().copy_and_truncate().write("f\n").poll().saw("first line b c d e f");
    world
        .write("half ")
        .poll()
        .write("a line\n")
        .copy_and_truncate()
        .poll()
        .saw("first line b c d e f half a line");
}

#[test]
fn a_file_emptied_and_filled_beyond_where_it_was() {
    let mut world = World::new();
    world.write("a\nb\n").poll();
    fs::write(world.path("access.log"), "entirely\nother\nlines\n").unwrap();
    world.poll().saw("a b entirely other lines");
}

#[test]
fn what_was_not_stored_is_given_again() {
    let mut world = World::new();
    world.write("a\n").poll().write("b\n").poll_and_die().poll().saw("a b");
    world.write("c\n").rotate().write("d\n").poll_and_die().poll_and_die().poll().saw("a b c d");
}

#[test]
fn a_file_that_is_gone_is_counted() {
    let mut world = World::new();
    world.write("a\n").poll().write("b\n");
    fs::remove_file(world.path("access.log")).unwrap();
    world.write("c\n").restart().poll().saw("a c");
    assert_eq!(world.tail.lost(), 1);
}

#[test]
fn large_files_come_in_batches() {
    let mut world = World::new();
    let lines: Vec<String> = (0..60_000).map(|number| format!("{number:060}")).collect();
    world.write(&(lines.join("\n") + "\n"));
    let first = world.tail.poll().unwrap().unwrap();
    assert!((10_000..30_000).contains(&first.lines.len()), "{}", first.lines.len());
    world.restart().poll();
    assert_eq!(world.seen, lines);
}

/// After a restart in the middle, a header at the beginning still says how to read the rest.
#[test]
fn headers_are_known_after_a_restart() {
    let sample =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/zeek-tsv.log")).unwrap();
    let lines: Vec<&str> = sample.lines().collect();
    let (before, after) = lines.split_at(9);
    let mut world = World::new();
    let mut seen = 0;
    for part in [before, &after[..1]] {
        world.write(&(part.join("\n") + "\n")).restart();
        let batch = world.tail.poll().unwrap().unwrap();
        let mut reader = Reader::with(Settings { clock: Clock::default(), ..Settings::default() });
        batch.read(&mut reader, &mut |_| seen += 1, &mut |_, bad| assert_eq!(bad.to_string(), ""));
        world.kept = batch.position;
    }
    assert_eq!(seen, 1);
}

#[test]
fn lines_that_cannot_be_read_are_set_aside() {
    let lines = ["Nov 18 11:06:40 dnsmasq[1]: query[A] claude.ai from 192.0.2.1", "garbage"]
        .map(|line| line.as_bytes().to_vec());
    let batch = Batch { origin: Origin::Push, preamble: Vec::new(), lines: lines.to_vec(), position: None };
    let reference = "2026-11-23T04:00:00Z".parse().ok();
    let mut reader =
        Reader::with(Settings { clock: Clock { reference, offset_minutes: 0 }, ..Settings::default() });
    let (mut hosts, mut aside) = (Vec::new(), Vec::new());
    batch.read(&mut reader, &mut |seen| hosts.push(seen.host.unwrap()), &mut |line, bad| {
        aside.push((String::from_utf8_lossy(line).into_owned(), bad.reason));
    });
    assert_eq!(hosts, ["claude.ai".into()]);
    assert_eq!(aside, [("garbage".to_owned(), "format not recognised")]);
}

#[derive(Clone, Debug)]
enum Step {
    Write(String),
    Rotate,
    Compress,
    Poll,
    Restart,
    Die,
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    /// However a log is written, rotated, compressed and its follower stopped, every line comes once and in order.
    #[test]
    fn every_line_once(choices in proptest::collection::vec((0_u8..10, 1_usize..5), 1..16)) {
        let mut number = 0;
        let steps = choices.into_iter().map(|(choice, count)| match choice {
            0..4 => {
                number += count;
                Step::Write((number - count..number).map(|number| format!("line {number}\n")).collect())
            }
            4 => Step::Rotate,
            5 => Step::Compress,
            6 | 7 => Step::Poll,
            8 => Step::Restart,
            _ => Step::Die,
        }).collect::<Vec<_>>();
        let mut world = World::new();
        let mut rotations = 0;
        // Where nothing was ever stored, only the log itself is read.
        world.write("line\n").poll();
        for step in steps {
            match step {
                Step::Write(text) => { world.write(&text); }
                Step::Rotate if rotations < 7 && world.path("access.log").exists() => {
                    world.rotate();
                    rotations += 1;
                }
                Step::Compress if world.path("access.log.1").exists() => { world.compress("access.log.1", "gz"); }
                Step::Poll => { world.poll(); }
                Step::Restart => { world.restart(); }
                Step::Die => { world.poll_and_die(); }
                Step::Rotate | Step::Compress => (),
            }
        }
        world.write("end\n").restart().poll();
        let expected: Vec<String> = ["line".to_owned()].into_iter()
            .chain((0..number).map(|number| format!("line {number}")))
            .chain(["end".to_owned()]).collect();
        assert_eq!(world.seen, expected);
    }
}

async fn next(batches: &mut mpsc::Receiver<Batch>, lines: usize) -> Vec<String> {
    let mut seen = Vec::new();
    while seen.len() < lines {
        let batch = tokio::time::timeout(Duration::from_secs(20), batches.recv()).await.unwrap().unwrap();
        seen.extend(batch.lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()));
    }
    seen
}

#[tokio::test]
async fn a_followed_file() {
    let mut world = World::new();
    world.write("a\n");
    let (sink, mut batches) = mpsc::channel(8);
    let tail = Tail::resume(world.path("access.log"), None);
    let following = tokio::spawn(follow(tail, Duration::from_millis(5), sink));
    assert_eq!(next(&mut batches, 1).await, ["a"]);
    world.write("b\n").rotate().write("c\n");
    assert_eq!(next(&mut batches, 2).await, ["b", "c"]);
    drop(batches);
    following.await.unwrap().unwrap();
}

#[tokio::test]
async fn syslog_over_udp() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let (sink, mut batches) = mpsc::channel(8);
    let counts = Arc::new(Received::default());
    let listening = tokio::spawn(udp(socket, sink, Arc::clone(&counts)));
    let sender = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for message in [&b"<1>a\n"[..], b"\n", b"<1>b"] {
        sender.send_to(message, address).await.unwrap();
    }
    assert_eq!(next(&mut batches, 2).await, ["<1>a", "<1>b"]);
    assert_eq!((counts.messages(), counts.dropped()), (2, 0));
    drop(batches);
    listening.await.unwrap().unwrap();
}

#[tokio::test]
async fn syslog_over_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sink, mut batches) = mpsc::channel(8);
    tokio::spawn(tcp(listener, sink, Arc::default()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"<1>a\n5 <1>b").await.unwrap();
    assert_eq!(next(&mut batches, 1).await, ["<1>a"]);
    stream.write_all(b"b<1>cut").await.unwrap();
    drop(stream);
    assert_eq!(next(&mut batches, 2).await, ["<1>bb", "<1>cut"]);
}

#[tokio::test]
async fn syslog_over_tls() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let server = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sink, mut batches) = mpsc::channel(8);
    let counts = Arc::new(Received::default());
    tokio::spawn(tls(listener, tokio_rustls::TlsAcceptor::from(Arc::new(server)), sink, Arc::clone(&counts)));
    // Someone who does not speak TLS is turned away and hinders nobody.
    let mut stranger = TcpStream::connect(address).await.unwrap();
    stranger.write_all(b"<1>plain\n").await.unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
    let mut stream = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
    stream.write_all(b"5 <1>aa<1>b\n").await.unwrap();
    stream.flush().await.unwrap();
    assert_eq!(next(&mut batches, 2).await, ["<1>aa", "<1>b"]);
    assert_eq!((counts.messages(), counts.refused()), (2, 1));
}
