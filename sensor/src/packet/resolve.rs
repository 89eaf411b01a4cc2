use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use model::Timestamp;

use super::{
    dns::{Answer, Direction, Message, Question},
    flow::{Asked, Flow, Surety},
    key::Side,
    tls::PublicNames,
    unread::Unread,
};
use crate::{HostSource, Names, Observation};

/// Heeds a message of DNS: a question is given out once, whether it was seen in the query or only in the response; answers
/// are learnt for the client they went to.
pub(crate) fn message(
    flow: &mut Flow,
    side: Side,
    bytes: &[u8],
    at: Timestamp,
    names: &mut Names,
    public: &mut PublicNames,
    each: &mut dyn FnMut(Observation),
) -> Result<(), Unread> {
    let message = Message::read(bytes).ok_or(Unread::Dns)?;
    match message.direction {
        Direction::Query => flow.client_is(side, Surety::Spoke),
        Direction::Response => flow.client_is(side.other(), Surety::Spoke),
    }
    for question in message.questions.iter().filter(|question| !question.name.is_empty()) {
        if flow.asks(digest(message.id, question)) == Asked::Now {
            each(asked(flow, question, message.direction, bytes.len() as u64, at));
        }
    }
    if message.direction == Direction::Response
        && let [question] = &message.questions[..]
    {
        learn(flow, question, &message.answers, at, names, public);
    }
    Ok(())
}

fn learn(
    flow: &Flow,
    question: &Question,
    answers: &[Answer],
    at: Timestamp,
    names: &mut Names,
    public: &mut PublicNames,
) {
    for answer in answers {
        match answer {
            Answer::Address(address, ttl) => {
                names.learn(flow.client_end().0, *address, &question.name, at, *ttl)
            }
            Answer::Ech(name, number) => public.learn(name, *number),
        }
    }
}

fn asked(flow: &Flow, question: &Question, direction: Direction, bytes: u64, at: Timestamp) -> Observation {
    let (up, down) = match direction {
        Direction::Query => (Some(bytes), None),
        Direction::Response => (None, Some(bytes)),
    };
    let (client, server) = (flow.client_end(), flow.server_end());
    Observation {
        client: Some(client.0),
        server: Some(server.0),
        port: Some(server.1),
        transport: flow.key.transport,
        host: Some(question.name.clone()),
        host_from: Some(HostSource::Dns),
        bytes_up: up,
        bytes_down: down,
        ..Observation::new(at)
    }
}

/// What tells a flow's questions apart.
fn digest(id: u16, question: &Question) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one((id, &question.name, question.kind))
}
