use std::io::{Cursor, Write};

use policy::render::{escape, prose};
use serde_json::{Value, json};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{CMI5, SCORM};
use crate::training::{Module, Passage, Standard};

const INDEX: &str = include_str!("../../../training/player/index.html");
const STYLE: &str = include_str!("../../../training/player/player.css");
const PLAYER: &str = include_str!("../../../training/player/player.js");
const BY_SCORM: &str = include_str!("../../../training/player/scorm.js");
const BY_CMI5: &str = include_str!("../../../training/player/cmi5.js");

/// A package that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the package of `{module}`")]
pub struct WritePackageError {
    module: String,
    #[source]
    cause: ZipError,
}

/// A module as a zip archive that a learning system runs. Equal modules give equal archives.
pub fn write(module: &Module, standard: Standard) -> Result<Vec<u8>, WritePackageError> {
    let (manifest, text, report) = match standard {
        Standard::Cmi5 => (CMI5, cmi5(module), BY_CMI5),
        Standard::Scorm12 => (SCORM, scorm(module), BY_SCORM),
    };
    let content = format!("window.MODULE = {};\n", script(&content(module)));
    let files = [
        (manifest, text.as_str()),
        ("index.html", INDEX),
        ("player.css", STYLE),
        ("player.js", PLAYER),
        ("report.js", report),
        ("module.js", content.as_str()),
    ];
    archive(&files).map_err(|cause| WritePackageError { module: module.id.clone(), cause })
}

fn archive(files: &[(&str, &str)]) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in files {
        archive.start_file(*name, options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

/// JSON that is also a script: the two line ends that JSON allows in strings and old scripts do not, and `</`.
fn script(value: &Value) -> String {
    value.to_string().replace("</", "<\\/").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn content(module: &Module) -> Value {
    let passage = |passage: &Passage| match passage {
        Passage::Prose(text) => Some(json!({ "html": prose(text) })),
        Passage::Incident(incident) => Some(json!({
            "html": prose(&incident.what),
            "heading": format!("{}: {}", incident.when, incident.title),
            "source": incident.source,
        })),
        // The tree is computed from the policy in force, which a package cannot know.
        Passage::Tree => None,
    };
    let parts = module.parts.iter().map(|part| {
        json!({ "title": part.title, "passages": part.passages.iter().filter_map(passage).collect::<Vec<_>>() })
    });
    let questions = module.questions.iter().map(|question| {
        let choices = question
            .choices
            .iter()
            .map(|choice| json!({ "says": choice.says, "right": choice.right, "because": choice.because }));
        json!({
            "kind": question.kind, "situation": question.situation, "ask": question.ask,
            "choices": choices.collect::<Vec<_>>(),
        })
    });
    json!({
        "title": module.title, "summary": prose(&module.summary), "pass": module.pass_percent,
        "parts": parts.collect::<Vec<_>>(), "questions": questions.collect::<Vec<_>>(),
    })
}

/// The course structure of cmi5 (AICC, "cmi5 Specification Profile for xAPI", section 13).
fn cmi5(module: &Module) -> String {
    let (id, title) = (escape(&module.id), escape(&module.title));
    let share = f64::from(module.pass_percent) / 100.0;
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
  <course id="urn:bylaw:training:{id}">
    <title><langstring lang="en-GB">{title}</langstring></title>
    <description><langstring lang="en-GB">{title}</langstring></description>
  </course>
  <au id="urn:bylaw:training:{id}:{version}" moveOn="CompletedAndPassed" masteryScore="{share}" launchMethod="AnyWindow">
    <title><langstring lang="en-GB">{title}</langstring></title>
    <description><langstring lang="en-GB">{title}</langstring></description>
    <url>index.html</url>
  </au>
</courseStructure>
"#,
        version = module.version
    )
}

/// The manifest of SCORM 1.2 (ADL, "SCORM Content Aggregation Model" 1.2, section 2.3).
fn scorm(module: &Module) -> String {
    let (id, title) = (escape(&module.id), escape(&module.title));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="bylaw-{id}" version="{version}"
  xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="bylaw">
    <organization identifier="bylaw">
      <title>{title}</title>
      <item identifier="item-{id}" identifierref="resource-{id}">
        <title>{title}</title>
        <adlcp:masteryscore>{pass}</adlcp:masteryscore>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="resource-{id}" type="webcontent" adlcp:scormtype="sco" href="index.html">
      <file href="index.html"/>
      <file href="player.css"/>
      <file href="player.js"/>
      <file href="report.js"/>
      <file href="module.js"/>
    </resource>
  </resources>
</manifest>
"#,
        version = module.version,
        pass = module.pass_percent
    )
}
