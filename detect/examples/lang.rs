use std::{collections::BTreeMap, env, fs};
use detect::Detectors;
fn main() {
    let d = Detectors::builtin().unwrap();
    let mut by: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    let head: usize = env::args().nth(1).unwrap().parse().unwrap();
    let show = env::args().nth(2).unwrap();
    for path in std::io::stdin().lines() {
        let path = path.unwrap();
        let Ok(bytes) = fs::read(&path) else { continue };
        let bytes = &bytes[..bytes.len().min(head)];
        if bytes.len() < 200.min(head) { continue }
        let hits = d.scan(bytes);
        let mut sums: BTreeMap<&str, usize> = BTreeMap::new();
        for h in &hits { if h.label.family() == "source_code" { *sums.entry(h.label.as_str()).or_default() += h.end - h.start; } 
            else if show == "hits" { println!("{} {} {:?}", h.detector, path, String::from_utf8_lossy(&bytes[h.start.saturating_sub(30)..(h.end + 10).min(bytes.len()).min(h.start+100)])); } }
        let best = sums.iter().max_by_key(|(_, n)| **n).map_or("none", |(l, _)| l);
        let ext = path.rsplit('.').next().unwrap_or("").to_owned();
        if show == "blocks" { for h in &hits { if h.label.family() == "source_code" { println!("{} {} {:?}", h.label, path, String::from_utf8_lossy(&bytes[h.start..h.end.min(h.start+200)])); } } } if show == "code" { println!("{best} {path}"); }
        *by.entry(ext).or_default().entry(best.to_owned()).or_default() += 1;
    }
    for (e, m) in by { println!("{e}: {m:?}"); }
}
