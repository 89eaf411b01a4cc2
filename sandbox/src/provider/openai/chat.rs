use serde_json::{Value, json};

use super::{Usage, is_true, read, refuse, seconds};
use crate::{
    completion::tokens,
    provider::{Memory, Request, last_of, text_of, with},
    reply::{Reply, event},
};

/// `POST /v1/chat/completions`.
pub(super) fn answer(request: &Request, memory: &Memory) -> Reply {
    let (body, model) = match read(request) {
        Ok(read) => read,
        Err(reply) => return reply,
    };
    let Some(messages) = body.get("messages").and_then(Value::as_array) else {
        return refuse("Missing required parameter: 'messages'.", "messages");
    };
    if messages.is_empty() {
        let message = "Invalid 'messages': empty array. Expected an array with minimum length 1.";
        return refuse(message, "messages");
    }
    let prompt =
        last_of(messages, "user").and_then(|message| message.get("content")).map(text_of).unwrap_or_default();
    let completion = Completion {
        id: memory.id("chatcmpl-"),
        created: seconds(),
        model,
        text: super::text(&prompt, body.get("response_format")),
        prompt,
    };
    if is_true(&body, "/stream") {
        completion.stream(is_true(&body, "/stream_options/include_usage"))
    } else {
        completion.whole()
    }
}

struct Completion {
    id: String,
    created: u64,
    model: String,
    prompt: String,
    text: String,
}

impl Completion {
    fn whole(&self) -> Reply {
        let message =
            json!({ "role": "assistant", "content": self.text, "refusal": null, "annotations": [] });
        Reply::ok(json!({
            "id": self.id, "object": "chat.completion", "created": self.created, "model": self.model,
            "choices": [{ "index": 0, "message": message, "logprobs": null, "finish_reason": "stop" }],
            "usage": self.usage(), "service_tier": "default", "system_fingerprint": "fp_sandbox",
        }))
    }

    fn stream(&self, include_usage: bool) -> Reply {
        let mut chunks =
            vec![self.chunk(json!({ "role": "assistant", "content": "", "refusal": null }), None)];
        chunks.extend(
            tokens(&self.text).into_iter().map(|token| self.chunk(json!({ "content": token }), None)),
        );
        chunks.push(self.chunk(json!({}), Some("stop")));
        if include_usage {
            let last = with(self.envelope(), json!({ "choices": [], "usage": self.usage() }));
            chunks.push(event(&last));
        }
        chunks.push("data: [DONE]\n\n".to_owned());
        Reply::Stream { media_type: "text/event-stream; charset=utf-8", chunks }
    }

    fn chunk(&self, delta: Value, finish: Option<&str>) -> String {
        let choice = json!({ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish });
        event(&with(self.envelope(), json!({ "choices": [choice] })))
    }

    fn envelope(&self) -> Value {
        json!({
            "id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": self.model,
            "service_tier": "default", "system_fingerprint": "fp_sandbox",
        })
    }

    fn usage(&self) -> Value {
        let usage = Usage::of(&self.prompt, &self.text);
        json!({
            "prompt_tokens": usage.input, "completion_tokens": usage.output,
            "total_tokens": usage.input + usage.output,
            "prompt_tokens_details": { "cached_tokens": 0, "audio_tokens": 0 },
            "completion_tokens_details": { "reasoning_tokens": 0, "audio_tokens": 0 },
        })
    }
}
