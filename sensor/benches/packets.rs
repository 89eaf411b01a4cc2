//! Packets a second of CPU time, beside ndpiReader and tshark (Debian: `libndpi-bin`, `tshark`) on the same capture, in one run.
//!
//! The capture is made of those in `captures/`, many times over from other clients, and of bulk transfers in both
//! directions; `BYLAW_CAPTURE=file` measures another one.

use std::{
    env, fs,
    fs::File,
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sensor::packet::{Limits, read_capture};

/// Clients that do what the captures show.
const CLIENTS: u32 = 800;
/// Packets of bulk data for each client.
const BULK: u32 = 250;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let made = env::temp_dir().join(format!("bylaw-packets-{}.pcap", std::process::id()));
    let file = match env::var_os("BYLAW_CAPTURE") {
        Some(file) => PathBuf::from(file),
        None => {
            make(&made)?;
            made.clone()
        }
    };
    let (packets, bytes) = ours(&file)?;
    for (name, arguments) in [("ndpiReader", &["-q", "-i"][..]), ("tshark", &["-q", "-z", "conv,tcp", "-r"])]
    {
        peer(name, arguments, &file, packets, bytes);
    }
    colliding(&made)?;
    fs::remove_file(&made)?;
    Ok(())
}

fn ours(file: &Path) -> Result<(f64, f64), Box<dyn std::error::Error>> {
    let mut best = f64::MAX;
    let mut counted = (0.0, 0.0);
    for _ in 0..3 {
        let start = cpu(Who::This);
        let mut given = 0_u64;
        let summary = read_capture(File::open(file)?, &Limits::default(), &mut |_| given += 1)?;
        let seconds = cpu(Who::This) - start;
        if seconds < best {
            best = seconds;
            counted = (summary.packets as f64, summary.bytes as f64);
            println!(
                "bylaw: {:.0} k packets/s, {:.0} MB/s ({} packets of {:.0} bytes, {} flows, {given} observations, {} evicted)",
                counted.0 / seconds / 1e3,
                counted.1 / seconds / 1e6,
                summary.packets,
                counted.1 / counted.0,
                summary.flows,
                summary.evicted,
            );
        }
    }
    println!("bylaw, most memory: {} MB", most_memory());
    Ok(counted)
}

fn peer(name: &str, arguments: &[&str], file: &Path, packets: f64, bytes: f64) {
    let start = cpu(Who::Children);
    let status =
        Command::new(name).args(arguments).arg(file).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let seconds = cpu(Who::Children) - start;
    match status {
        Ok(status) if status.success() => {
            println!("{name}: {:.0} k packets/s, {:.0} MB/s", packets / seconds / 1e3, bytes / seconds / 1e6);
        }
        Ok(status) => println!("{name}: failed ({status})"),
        Err(_) => println!("{name}: not installed"),
    }
}

/// Ten thousand flows that each announce a hello of 60 KB and send nearly all of it.
fn colliding(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut file = begin(path)?;
    for round in 0..8_u32 {
        for number in 0..10_000_u32 {
            let [_, _, high, low] = number.to_be_bytes();
            let mut payload = vec![0; 1400];
            if round == 0 {
                payload.splice(..9, [22, 3, 1, 0x40, 0, 1, 0, 0xea, 0x60]);
            }
            write(&mut file, round, &segment([10, 0, high, low], 5000, round * 1400, &payload))?;
        }
    }
    file.flush()?;
    drop(file);
    let start = cpu(Who::This);
    let summary = read_capture(File::open(path)?, &Limits::default(), &mut |_| {})?;
    println!(
        "10,000 colliding flows: {} packets, {:.0} ms, {} flows, most memory {} MB, not read: {:?}",
        summary.packets,
        (cpu(Who::This) - start) * 1e3,
        summary.flows,
        most_memory(),
        summary.unread,
    );
    Ok(())
}

/// Whose CPU time.
#[derive(Clone, Copy)]
enum Who {
    This,
    /// Processes started here that have ended.
    Children,
}

/// CPU time in seconds, user and system, as Linux counts it in hundredths (proc(5)).
fn cpu(who: Who) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .map(|field| field.parse().unwrap_or(0.0))
        .collect();
    let times = match who {
        Who::This => fields.get(11..13),
        Who::Children => fields.get(13..15),
    };
    times.unwrap_or_default().iter().sum::<f64>() / 100.0
}

/// Most memory this process ever took, in MB, as Linux tells it.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn make(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures");
    let mut frames = Vec::new();
    for name in ["http", "tls", "dns", "quic", "stream", "chromium", "chromium-quic"] {
        frames.extend(self::frames(&folder.join(name).with_extension("pcap"))?);
    }
    let mut file = begin(path)?;
    for client in 0..CLIENTS {
        let [_, _, high, low] = client.to_be_bytes();
        let address = [10, 20, high, low];
        for frame in &frames {
            write(&mut file, client, &renamed(frame, address))?;
        }
        for number in 0..BULK {
            let payload = [0x17; 1200];
            let length = if number % 3 == 0 { 0 } else { 600 + (number as usize * 37) % 600 };
            let payload = payload.get(..length).unwrap_or(&payload);
            write(&mut file, client, &segment(address, 40_000, number * 1200, payload))?;
        }
    }
    file.flush()?;
    Ok(())
}

/// The frame with the client's address of our captures replaced.
fn renamed(frame: &[u8], address: [u8; 4]) -> Vec<u8> {
    let mut frame = frame.to_vec();
    for place in [26, 30] {
        if frame.get(12..14) == Some(&[8, 0])
            && let Some(field) = frame.get_mut(place..place + 4)
            && *field == [10, 7, 0, 1]
        {
            field.copy_from_slice(&address);
        }
    }
    frame
}

fn frames(path: &Path) -> Result<Vec<Vec<u8>>, Box<dyn std::error::Error>> {
    let mut file = Vec::new();
    File::open(path)?.read_to_end(&mut file)?;
    let mut rest = file.get(24..).unwrap_or_default();
    let mut frames = Vec::new();
    while let Some((header, after)) = rest.split_first_chunk::<16>() {
        let length =
            header.as_chunks::<4>().0.get(2).map_or(0, |length| u32::from_le_bytes(*length)) as usize;
        let (frame, after) = after.split_at_checked(length).ok_or("a capture is cut off")?;
        frames.push(frame.to_vec());
        rest = after;
    }
    Ok(frames)
}

fn begin(path: &Path) -> Result<BufWriter<File>, std::io::Error> {
    let mut file = BufWriter::new(File::create(path)?);
    for number in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1] {
        file.write_all(&number.to_le_bytes())?;
    }
    Ok(file)
}

fn write(file: &mut impl Write, second: u32, frame: &[u8]) -> Result<(), std::io::Error> {
    let length = frame.len() as u32;
    for number in [1_700_000_000 + second, 0, length, length] {
        file.write_all(&number.to_le_bytes())?;
    }
    file.write_all(frame)
}

/// An Ethernet frame with a TCP segment to port 443.
fn segment(client: [u8; 4], port: u16, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let [high, low] = (payload.len() as u16 + 40).to_be_bytes();
    let ip = [0x45, 0, high, low, 0, 1, 0, 0, 64, 6, 0, 0];
    let ends = [client, [10, 7, 0, 2]].concat();
    let ports = [port.to_be_bytes(), 443_u16.to_be_bytes()].concat();
    let rest = [0, 0, 0, 0, 0x50, 0x10, 0, 0, 0, 0, 0, 0];
    [&[2; 12][..], &[8, 0], &ip, &ends, &ports, &sequence.to_be_bytes(), &rest, payload].concat()
}
