use std::collections::HashMap;

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::Full;
use serde::Deserialize;

use super::{DataError, prompts::Errand};

/// How prompts travel, by name.
pub(super) type Channels = HashMap<String, Channel>;

/// The request that a client sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Channel {
    pub(super) host: String,
    path: String,
    /// `browser`, or the value of `user-agent`.
    client: String,
    #[serde(default = "json")]
    media_type: String,
    /// With `"{text}"` for the prompt as a JSON string; or `multipart`.
    body: String,
}

const BROWSER: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const BOUNDARY: &str = "sandbox-form-boundary";

fn json() -> String {
    "application/json".to_owned()
}

pub(super) fn load() -> Result<Channels, DataError> {
    super::parse("channels.toml", include_str!("../../data/channels.toml"))
}

impl Channel {
    /// The request for `errand`; `number` makes its ids.
    pub(super) fn request(&self, errand: &Errand, number: u64) -> Result<Request<Full<Bytes>>, http::Error> {
        Ok(self.message(errand, number)?.map(Full::new))
    }

    /// The same with its body at hand.
    pub(super) fn message(&self, errand: &Errand, number: u64) -> Result<Request<Bytes>, http::Error> {
        let id = format!("00000000-0000-4000-9000-{number:012x}");
        let path = self.path.replace("{id}", &id);
        let agent = if self.client == "browser" { BROWSER } else { &self.client };
        let (media_type, body) = match self.body.as_str() {
            "multipart" => (format!("multipart/form-data; boundary={BOUNDARY}"), form(errand)),
            template => (self.media_type.clone(), fill(template, &errand.text, &id)),
        };
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("https://{}{path}", self.host))
            .header(header::USER_AGENT, agent)
            .header(header::ACCEPT, "*/*")
            .header(header::ACCEPT_ENCODING, "gzip, deflate")
            .header(header::CONTENT_TYPE, media_type);
        request = match self.client.as_str() {
            "browser" => request
                .header(header::ORIGIN, format!("https://{}", self.host))
                .header("sec-fetch-mode", "cors")
                .header("sec-fetch-dest", "empty"),
            agent if agent.starts_with("Anthropic") => {
                request.header("x-api-key", "sandbox").header("anthropic-version", "2023-06-01")
            }
            _ => request.header(header::AUTHORIZATION, "Bearer sandbox"),
        };
        request.body(Bytes::from(body))
    }
}

/// `template` with the prompt as a JSON string, and ids.
fn fill(template: &str, text: &str, id: &str) -> String {
    let text = serde_json::Value::from(text).to_string();
    template.replace("{id}", id).replace("\"{text}\"", &text)
}

/// The form that `POST /v1/files` takes.
fn form(errand: &Errand) -> String {
    let file = errand.file.as_deref().unwrap_or("notes.txt");
    let media_type = if file.ends_with(".csv") { "text/csv" } else { "text/plain" };
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nuser_data\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\
         Content-Type: {media_type}\r\n\r\n{}\r\n--{BOUNDARY}--\r\n",
        errand.text
    )
}

#[cfg(test)]
mod tests {
    use super::{Errand, fill, form, load};
    use crate::{HOSTS, form::parts};

    #[test]
    fn every_channel_leads_to_a_host_of_the_sandbox_and_is_valid_json() {
        for (name, channel) in load().unwrap() {
            assert!(HOSTS.contains(&channel.host.as_str()), "{name}: {}", channel.host);
            if channel.media_type == "application/json" && channel.body != "multipart" {
                let body = fill(&channel.body, "a \"quoted\"\nline", "id");
                let body: serde_json::Value =
                    serde_json::from_str(&body).unwrap_or_else(|_| panic!("{name}: {body}"));
                assert!(body.to_string().contains("quoted"), "{name}");
            }
        }
    }

    #[test]
    fn files_travel_as_forms() {
        let errand = Errand { channel: String::new(), text: "a,b\r\n1,2".into(), file: Some("x.csv".into()) };
        let body = form(&errand);
        let parts = parts("multipart/form-data; boundary=sandbox-form-boundary", body.as_bytes()).unwrap();
        assert_eq!((parts[1].file.as_deref(), parts[1].content), (Some("x.csv"), &b"a,b\r\n1,2"[..]));
    }
}
