use std::{collections::BTreeSet, sync::LazyLock};

use model::AccountKind;

use super::{BUILTIN, Catalog};
use crate::{ByName, LoadError, Origin, Role, Training, load::Loader};

#[test]
fn every_builtin_entry_holds_what_its_samples_say() {
    let mut mistakes = Vec::new();
    let catalog = Catalog::builtin().unwrap_or_else(|error| panic!("{error}"));
    for file in BUILTIN {
        let mut loader = Loader::new(Vec::new(), Origin::Builtin).unwrap();
        loader.add(file);
        mistakes.extend(loader.samples.iter().filter_map(|sample| sample.check(&catalog, file).err()));
    }
    assert!(mistakes.is_empty(), "{}", LoadError { mistakes });
}

#[test]
fn every_builtin_entry_has_samples_of_its_hosts_and_endpoints() {
    for file in BUILTIN {
        let raw: crate::raw::RawFile = toml::from_str(file.text).unwrap();
        for tool in raw.tool {
            let (id, samples) = (tool.id.get_ref(), &tool.samples);
            assert!(tool.hosts.is_empty() || !samples.hosts.is_empty(), "`{id}` has no host samples");
            assert!(tool.hosts.is_empty() || !samples.elsewhere.is_empty(), "`{id}` has no negative samples");
            let endpoints = !tool.endpoints.is_empty() || !tool.speaks.is_empty();
            assert!(!endpoints || !samples.requests.is_empty(), "`{id}` has no request samples");
        }
    }
}

#[test]
fn the_catalogue_is_broad() {
    let catalog = Catalog::builtin().unwrap();
    let ids: BTreeSet<_> = catalog.tools().iter().map(|tool| tool.id.as_str()).collect();
    assert!(ids.len() >= 600, "{} tools", ids.len());
    let hosts = catalog.tools().iter().map(|tool| tool.hosts.len()).sum::<usize>();
    assert!(hosts >= 1_000, "{hosts} hosts");
    let known = catalog.tools().iter().filter(|tool| tool.facts.is_known()).count();
    assert!(known >= 40, "facts about {known} tools");
    for id in "chatgpt openai-api claude anthropic-api gemini google-ai-api vertex-ai amazon-bedrock azure-openai \
               microsoft-copilot microsoft-365-copilot github-copilot perplexity deepseek grok mistral meta-ai \
               salesforce-einstein google-workspace-ai notion-ai grammarly cursor windsurf midjourney elevenlabs \
               hugging-face replicate openrouter groq together cohere poe character-ai you phind suno runway otter \
               fireflies deepl quillbot jasper writer gamma canva-ai adobe-firefly zoom-ai slack-ai \
               atlassian-intelligence replit lovable bolt v0 codeium tabnine sourcegraph-cody jetbrains-ai ollama"
        .split_whitespace()
    {
        assert!(ids.contains(id), "`{id}` is missing");
    }
}

/// Read once: reading takes a while without optimisation.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::builtin().unwrap());

#[track_caller]
fn check_host(host: &str, expected: Option<(&str, Role)>) {
    let found = CATALOG.lookup(host).map(|found| (found.tool.id.as_str(), found.host.role));
    assert_eq!(found, expected, "{host}");
}

#[test]
fn lookup_respects_labels_and_ignores_spelling() {
    check_host("api.openai.com", Some(("openai-api", Role::Api)));
    check_host("API.OpenAI.com.:443", Some(("openai-api", Role::Api)));
    for stranger in
        ["evil-openai.com", "openai.com.evil.net", "xchatgpt.com", "claude.ai.example", "com", "", ":"]
    {
        check_host(stranger, None);
    }
}

/// Names that were in use years before generated content, and names of ordinary services.
const ORDINARY: &str = include_str!("../ordinary.txt");

#[test]
fn ordinary_names_are_no_use_of_ai() {
    let catalog = Catalog::builtin().unwrap();
    let wrong: Vec<_> = ORDINARY
        .split_whitespace()
        .filter_map(|name| catalog.lookup(name))
        .filter(|found| found.host.role.by_name() == ByName::Use)
        .map(|found| format!("{} is {}", found.name, found.tool.id))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(ORDINARY.split_whitespace().count() >= 500);
}

#[test]
fn addresses_applications_and_processes_lead_to_tools() {
    let catalog = Catalog::builtin().unwrap();
    let id = |tool: Option<&crate::Tool>| tool.map(|tool| tool.id.as_str().to_owned());
    for (address, expected) in [
        ("160.79.104.10", Some("claude")),
        ("2607:6bc0::1", Some("claude")),
        ("160.79.112.1", None),
        ("8.8.8.8", None),
    ] {
        assert_eq!(id(catalog.by_address(address.parse().unwrap())).as_deref(), expected, "{address}");
    }
    for (application, expected) in [
        ("openai-chatgpt", Some("chatgpt")),
        ("OpenAI.ChatGPT", Some("chatgpt")),
        ("ChatGPT", Some("chatgpt")),
        ("claude-base", Some("claude")),
        ("Claude", Some("claude")),
        ("github-copilot", Some("github-copilot")),
        ("GitHub Copilot", Some("github-copilot")),
        ("Notion AI", Some("notion-ai")),
        ("notion-base", None),
        ("google-chatgpt", None),
        ("slack", None),
        ("HTTPS", None),
        ("web-browsing", None),
        ("base", None),
        ("--", None),
        ("", None),
    ] {
        assert_eq!(id(catalog.by_application(application)).as_deref(), expected, "{application}");
    }
    for (process, expected) in [
        ("Cursor.exe", Some("cursor")),
        ("/usr/bin/ollama", Some("ollama")),
        (r"C:\Users\jo\AppData\Local\Claude\claude.EXE", Some("claude")),
        ("chrome.exe", None),
        ("é", None),
        ("", None),
    ] {
        assert_eq!(id(catalog.by_process(process)).as_deref(), expected, "{process}");
    }
}

#[test]
fn facts_say_what_trains_on_what() {
    let catalog = Catalog::builtin().unwrap();
    let claude = &catalog.tool("claude").unwrap().facts;
    assert_eq!(claude.training.get("Team, Enterprise"), Some(&Training::Never));
    assert!(!catalog.tool("suno").unwrap().facts.is_known());
    assert!(catalog.tools().iter().all(|tool| !tool.facts.is_known() || !tool.facts.sources.is_empty()));
}

#[test]
fn accounts_show_in_host_and_path() {
    let catalog = Catalog::builtin().unwrap();
    for (host, path, expected) in [
        ("chatgpt.com", "/backend-anon/f/conversation", AccountKind::Anonymous),
        ("chatgpt.com", "/backend-api/f/conversation", AccountKind::Unknown),
        ("api.individual.githubcopilot.com", "/chat/completions", AccountKind::Personal),
        ("api.business.githubcopilot.com", "/chat/completions", AccountKind::Corporate),
    ] {
        assert_eq!(catalog.lookup(host).unwrap().account(path), expected, "{host}{path}");
    }
}

#[test]
fn only_hosts_that_carry_use_are_opened() {
    let catalog = Catalog::builtin().unwrap();
    let opened: BTreeSet<_> = catalog.inspected_hosts().map(|host| &*host.name).collect();
    assert!(opened.contains("chatgpt.com") && opened.contains("api.anthropic.com"));
    assert!(!opened.contains("oaistatic.com"), "static files are not");
    assert!(!opened.contains("ios.chat.openai.com"), "pinned hosts are not");
}

const IN_HOUSE: &str = r#"
[[tool]]
id = "house-model"
name = "House model"
category = "self_hosted"
hosts = [{ name = "llm.corp.example", role = "api" }, { name = "10.0.0.7", role = "api" }]
speaks = [{ wire = "openai" }]
ignore = ["/metrics/{rest...}"]
[tool.samples]
hosts = { "llm.corp.example:8443" = "api" }
requests = [
  "POST llm.corp.example/metrics/push -> ignored",
  "POST 10.0.0.7:8000/v1/chat/completions -> prompt openai_chat",
]

[[tool]]
id = "perplexity"
name = "Perplexity (ours)"
hosts = [{ name = "claude.ai", role = "app" }]
"#;

#[test]
fn an_organisation_adds_and_changes_tools() {
    let catalog = CATALOG.clone().with_local("tools.toml", IN_HOUSE).unwrap();
    let house = catalog.lookup("LLM.corp.example").unwrap();
    assert_eq!((house.tool.id.as_str(), house.tool.origin), ("house-model", Origin::Local));
    assert!(house.is_inspected());
    let perplexity = catalog.tool("perplexity").unwrap();
    assert_eq!(perplexity.name, "Perplexity (ours)");
    assert_eq!(catalog.lookup("claude.ai").unwrap().tool.id.as_str(), "perplexity");
    assert!(catalog.endpoint("www.perplexity.ai", "POST", "/rest/sse/perplexity_ask").is_some());
}

#[track_caller]
fn check_refused(text: &str, expected: &[&str]) {
    let error = CATALOG.clone().with_local("tools.toml", text).unwrap_err();
    let got: Vec<_> = error.mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(got, expected);
}

#[test]
fn mistakes_come_all_at_once_with_place_and_remedy() {
    check_refused(
        r#"
[[tool]]
id = "House Model"
hosts = [
  { name = "https://llm.corp.example", role = "api" },
  { name = "llm.*", role = "api" },
]
speaks = [{ wire = "opanai" }]
endpoints = [
  { path = "v1/ask", activity = "prompt", dialect = "json" },
  { path = "/v1/ask", activity = "prompt", dialect = "yaml" },
]
"#,
        &[
            "tools.toml, line 3: `House Model` is not a valid tool id: use lower-case words joined by dashes",
            "tools.toml, line 3: tool `House Model` is new and lacks a name or a category: add `name` and \
             `category`, or correct the id",
            "tools.toml, line 3: tool `House Model` has no hosts: add `hosts = [...]`",
            "tools.toml, line 5: `https://llm.corp.example` is not a host name: leave out scheme and path",
            "tools.toml, line 6: `llm.*` is not a host name: the last label cannot be a wildcard",
            "tools.toml, line 8: unknown wire `opanai`: use one of openai, anthropic, gemini, ollama",
            "tools.toml, line 10: `v1/ask` is not a path pattern: begin with `/`",
            "tools.toml, line 11: unknown dialect `yaml`: use one of openai_chat, openai_responses, openai_files, \
             anthropic, gemini, chatgpt_web, claude_web, gemini_web, json, form, multipart, text",
        ],
    );
    check_refused(
        "[[tool]]\nid = \"x\"\ncolour = 1\n",
        &["tools.toml, line 3: unknown field `colour`, expected one of `id`, `name`, `vendor`, `category`, \
           `inspection`, `hosts`, `speaks`, `endpoints`, `accounts`, `ignore`, `processes`, \
           `networks`, `transports`, `samples`: compare with the entries in \
           `catalog/tools`"],
    );
    check_refused(
        "[[tool]]\nid = \"claude\"\nsamples.hosts = { \"claude.example\" = \"app\" }\n",
        &["tools.toml, line 3: sample host `claude.example` is in no entry: correct the sample or the entry"],
    );
    check_refused(
        "[listed.image]\nx = { name = \"X\", hosts = [] }\n[facts.nobody]\nsso = \"yes\"\n",
        &[
            "tools.toml, line 2: tool `x` has no hosts: add `hosts = [...]`",
            "tools.toml, line 3: facts about `nobody` name no source: add `sources = [{ page = \"…\", as_of = \
             \"2026-11\" }]`",
            "tools.toml, line 3: facts about `nobody`, which is no tool: correct the id",
        ],
    );
    check_refused(
        "[[tool]]\nid = \"claude\"\nnetworks = [\"160.79.104.0/40\"]\nhosts = [7]\n",
        &[
            "tools.toml, line 4: invalid type: integer `7`, expected a host name, or `{ name = \"…\", role = \"…\" }`: \
           compare with the entries in `catalog/tools`",
        ],
    );
}

#[test]
fn a_listed_tool_of_an_organisation_takes_one_line() {
    let text = "[listed.image]\npainter = { name = \"Painter\", hosts = [\"paint.example\", { name = \"static.paint.example\", role = \"cdn\" }] }\n";
    let catalog = CATALOG.clone().with_local("tools.toml", text).unwrap();
    let found = catalog.lookup("www.paint.example").unwrap();
    assert_eq!((found.tool.id.as_str(), found.host.role), ("painter", Role::App));
    assert_eq!(catalog.lookup("static.paint.example").unwrap().host.role, Role::Cdn);
}
