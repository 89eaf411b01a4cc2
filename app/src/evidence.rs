use catalog::{
    Catalog, Tool,
    discovery::{self, Answer, Signs},
};
use model::Source;
use sensor::{Burst, Observation};

/// What speaks for a tool in one observation of a host that no tool has; `person` is any number that tells people apart.
pub(crate) fn of_unknown(seen: &Observation, host: &str, person: u64) -> Signs {
    sighting(seen, host, person).all_signs()
}

/// The observation as discovery keeps it.
pub(crate) fn sighting<'a>(seen: &'a Observation, host: &'a str, person: u64) -> discovery::Sighting<'a> {
    let category = seen.vendor_category.as_deref().map_or(Signs::NONE, discovery::of_category);
    let request = seen.path.as_deref().map(|path| (seen.method.as_deref().unwrap_or("POST"), path));
    let sighting = discovery::Sighting {
        person,
        host,
        port: seen.port,
        request,
        certificate: &seen.certificate,
        signs: category,
        streamed: 0,
        bytes_up: seen.bytes_up.unwrap_or_default(),
        bytes_down: seen.bytes_down.unwrap_or_default(),
    };
    let bursts = seen.shape.iter().flat_map(|shape| &shape.bursts);
    sighting.answered(bursts.map(answer))
}

fn answer(burst: &Burst) -> Answer {
    let Burst { up, down, packets_down, wait_ms, answer_ms, gap_mean_ms, gap_deviation_ms } = *burst;
    Answer { up, down, packets: packets_down, wait_ms, answer_ms, gap_mean_ms, gap_deviation_ms }
}

/// The tool of an observation whose host tells none: what a firewall calls the application, else whose address it is
/// where no host was seen. What asks a resolver talks to that resolver.
pub(crate) fn tool_beside_host<'a>(catalog: &'a Catalog, seen: &Observation) -> Option<&'a Tool> {
    let called = seen.vendor_application.as_deref().and_then(|name| catalog.by_application(name));
    let address = seen.server.filter(|_| seen.host.is_none());
    called.or_else(|| catalog.by_address(address?))
}

/// The observation as the engine judges it, as one of `host`, whatever that is called in it.
pub(crate) fn by_client<'a>(seen: &'a Observation, host: &'a str, source: Source) -> engine::Sighting<'a> {
    engine::Sighting {
        at: seen.at,
        source,
        client: seen.client,
        user: seen.user.as_deref(),
        host,
        tool: None,
        request: seen.path.as_deref().map(|path| (seen.method.as_deref().unwrap_or("POST"), path)),
        bytes_up: seen.bytes_up.filter(|_| !seen.is_question()),
        mark: &[],
    }
}
