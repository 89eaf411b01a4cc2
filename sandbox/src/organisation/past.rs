use std::ops::Range;

use bytes::Bytes;
use http::Request;
use model::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::{Member, Organisation, prompts::Errand};

/// Days of the past: long enough that tools used since its beginning are no longer new at its end.
const DAYS: i64 = 35;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// People work within these minutes around the time of day at which the past ends, so that whoever looks at the organisation
/// does so within its working hours.
const WORK: Range<i64> = -300..240;
/// How likely somebody works on a day; a helpline has no weekends.
const AT_WORK: f64 = 0.75;

/// Something that was sent to a tool.
pub struct Visit<'a> {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub member: &'a Member,
    /// To which host.
    pub host: &'a str,
    /// What.
    pub request: Request<Bytes>,
}

struct Plan {
    at: i64,
    member: usize,
    errand: Sent,
}

enum Sent {
    /// What people usually send.
    Usual(Errand),
    /// An export of measurements.
    Export { number: i64, kilobytes: usize },
}

impl Organisation {
    /// What everybody did in the five weeks before `until`, in the order of time. In the last hours somebody sends sixty
    /// exports of measurements to a tool, a few colleagues begin to use one that nobody has decided about, and somebody lets a
    /// script ask a web chat.
    pub fn past(&self, until: Timestamp) -> impl Iterator<Item = Visit<'_>> {
        let mut random = StdRng::seed_from_u64(self.seed.wrapping_add(1));
        let until = until.as_millis();
        let mut plans = self.usual(until, &mut random);
        plans.extend(self.exfiltration(until));
        plans.extend(self.shadow_tool(until, &mut random));
        plans.extend(self.script(until));
        plans.sort_by_key(|plan| plan.at);
        (1_u64 << 32..).zip(plans).filter_map(move |(number, plan)| self.visit(number, plan))
    }

    fn visit(&self, number: u64, plan: Plan) -> Option<Visit<'_>> {
        let errand = match plan.errand {
            Sent::Usual(errand) => errand,
            Sent::Export { number, kilobytes } => Errand {
                channel: "openai_file".to_owned(),
                text: export(number, kilobytes),
                file: Some(format!("run-{number:03}.csv")),
            },
        };
        let channel = self.channels.get(&errand.channel)?;
        Some(Visit {
            at: Timestamp::from_millis(plan.at),
            member: self.members.get(plan.member)?,
            host: &channel.host,
            request: channel.message(&errand, number).ok()?,
        })
    }

    fn usual(&self, until: i64, random: &mut StdRng) -> Vec<Plan> {
        let mut plans = Vec::new();
        for day in (0..DAYS).rev() {
            for (place, member) in self.members.iter().enumerate() {
                if !random.random_bool(AT_WORK) {
                    continue;
                }
                for _ in 0..random.random_range(2..=3) {
                    let mut at = until - day * DAY + random.random_range(WORK) * MINUTE;
                    for _ in 0..random.random_range(3..=8) {
                        at += random.random_range(15_000..150_000);
                        let errand = self.prompts.next(member, random);
                        let errand = errand.filter(|_| at < until - 5 * MINUTE);
                        plans.extend(errand.map(|errand| Plan {
                            at,
                            member: place,
                            errand: Sent::Usual(errand),
                        }));
                    }
                }
            }
        }
        plans
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.members.iter().position(|member| member.id == id)
    }

    /// An engineer sends sixty exports within forty minutes.
    fn exfiltration(&self, until: i64) -> Vec<Plan> {
        let Some(member) = self.place("dmitri.halvorsen") else { return Vec::new() };
        let plan = |number: i64| Plan {
            at: until - 110 * MINUTE + number * 38_000 + (number * 7_919) % 9_000,
            member,
            errand: Sent::Export { number, kilobytes: 800 },
        };
        (0..60).map(plan).collect()
    }

    /// Five people of one department begin to use a tool within four hours.
    fn shadow_tool(&self, until: i64, random: &mut StdRng) -> Vec<Plan> {
        let marketing =
            self.members.iter().enumerate().filter(|(_, member)| member.department == "Marketing");
        let mut plans = Vec::new();
        for (member, _) in marketing.take(5) {
            let mut at = until - 4 * HOUR + random.random_range(0..90) * MINUTE;
            for _ in 0..random.random_range(5..=9) {
                at += random.random_range(60_000..600_000);
                let errand = Errand {
                    channel: "openrouter".to_owned(),
                    text: "Shorten this paragraph about the garden fair and say it in three other ways. "
                        .repeat(random.random_range(4..12)),
                    file: None,
                };
                plans.push(Plan { at, member, errand: Sent::Usual(errand) });
            }
        }
        plans
    }

    /// A script asks a web chat every twenty seconds for more than two hours.
    fn script(&self, until: i64) -> Vec<Plan> {
        let Some(member) = self.place("marcus.whitlow") else { return Vec::new() };
        let plan = |number: i64| Plan {
            at: until - 3 * HOUR + number * 20_000,
            member,
            errand: Sent::Usual(Errand {
                channel: "chatgpt".to_owned(),
                text: format!(
                    "Describe the catalogue item BW-{number:04} in two sentences for the web shop."
                ),
                file: None,
            }),
        };
        (0..420).map(plan).collect()
    }
}

/// A table of made-up measurements.
fn export(number: i64, kilobytes: usize) -> String {
    let mut text = String::from("run,step,pressure,flow,state\n");
    for step in 0_i64.. {
        if text.len() >= kilobytes * 1_000 {
            break;
        }
        let (pressure, flow) = ((step * 37 + number) % 997, (step * 61 + number) % 883);
        text.push_str(&format!("{number},{step},0.{pressure:03},0.{flow:03},steady\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::Timestamp;

    use crate::organisation::Organisation;

    #[test]
    fn the_past_is_in_order_and_holds_what_it_says() {
        let organisation = Organisation::new(40).unwrap();
        let until: Timestamp = "2026-11-23T04:00:00Z".parse().unwrap();
        let (mut hosts, mut before, mut script, mut sent) =
            (BTreeMap::new(), Timestamp::from_millis(0), 0, 0);
        for visit in organisation.past(until) {
            assert!(before <= visit.at && visit.at < until);
            before = visit.at;
            *hosts.entry(visit.host.to_owned()).or_insert(0) += 1;
            script += u32::from(visit.member.id == "marcus.whitlow" && visit.host == "chatgpt.com");
            if visit.member.id == "dmitri.halvorsen" {
                sent += visit.request.body().len();
            }
        }
        assert!(hosts.values().sum::<u32>() > 10_000, "{hosts:?}");
        assert!((25..=45).contains(&hosts["openrouter.ai"]), "{hosts:?}");
        assert!(script >= 420 && sent > 45_000_000, "{script} {sent}");
    }
}
