fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::{
        fs::File,
        io::{BufReader, BufWriter},
    };
    let args: Vec<String> = std::env::args().skip(1).collect();
    let budget: f64 = args.get(1).map_or(5.0, |b| b.parse().unwrap_or(5.0));
    let run = &args[0];
    let mut learner = behavior::Learner::new(behavior::Settings { budget, ..Default::default() });
    let (tools, _) = behavior::replay::read_tools(BufReader::new(File::open(format!("{run}.tools.csv"))?))?;
    behavior::replay::read_people(BufReader::new(File::open(format!("{run}.people.csv"))?), &mut learner)?;
    let out = args.get(2).cloned().unwrap_or(format!("{run}.alerts.csv"));
    let mut out = BufWriter::new(File::create(out)?);
    behavior::replay::write_header(&mut out)?;
    let begun = std::time::Instant::now();
    let mut raised = Vec::new();
    let events = BufReader::with_capacity(1 << 20, File::open(format!("{run}.events.csv"))?);
    let summary =
        behavior::replay::replay(events, &tools, &mut learner, &mut |d| raised.push(d), &mut |_| {})?;
    let seconds = begun.elapsed().as_secs_f64();
    for d in &raised {
        behavior::replay::write_alert(&mut out, d)?;
    }
    eprintln!(
        "{run} {} rows {:.2} s {:.2} M/s, {} raised, {:?}",
        summary.rows,
        seconds,
        summary.rows as f64 / seconds / 1e6,
        raised.len(),
        learner.counts()
    );
    Ok(())
}
