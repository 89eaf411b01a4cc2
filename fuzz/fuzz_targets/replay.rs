//! Any bytes as the tables of a replay, with and without a header.
#![no_main]

use behavior::{Learner, Settings, replay};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let with_header = [b"ts,person,tool,bytes_up,bytes_down,device,asn,content,client,account,file\n", input].concat();
    for table in [input, &with_header] {
        let mut learner = Learner::new(Settings { most_people: 64, most_tools: 64, ..Settings::default() });
        let tools = replay::read_tools(table).map(|(tools, _)| tools).unwrap_or_default();
        let _ = replay::read_people(table, &mut learner);
        let lines = table.split(|byte| *byte == b'\n').count() as u64;
        if let Ok(read) = replay::replay(table, &tools, &mut learner, &mut |_| {}, &mut |_| {}) {
            assert!(read.rows + read.bad.values().sum::<u64>() <= lines);
        }
        assert!(learner.people() <= 64 + lines as usize);
    }
});
