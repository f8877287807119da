//! `ridgeline synth people`: a world on disk.

use super::{World, record, truth};
use anyhow::{Context, bail};
use clap::ValueEnum;
use model::{Eye, FingerPosition};
use raster::GreyImage;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};
use synth::{Person, eye, finger};

const EXAMPLES: &str = "Examples:
  ridgeline synth people 100 --out world
      a hundred people: ten fingers and two eyes each, twice, slaps, marks, a transaction
  ridgeline synth people 20 --out prints --only fingers --captures 8 --look sweep --truth
      eight sweeps of each finger, with minutiae, masks and flow as JSON
  ridgeline synth people 50 --out years --encounters 3 --captures 3
      three meetings over the years
  ridgeline eval finger world/manifest.csv
      how well the engine tells them apart

A run that was broken off goes on when it is started again with the same options.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    world: World,
    /// The folder to put them in; it is made, and what is there already is kept
    #[arg(long)]
    out: PathBuf,
    /// Single impressions of each finger and shots of each eye
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=100))]
    captures: u32,
    /// Encounters over the years: each has its transaction; captures are spread over them, and children grow
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=20))]
    encounters: u32,
    /// What the single impressions look like
    #[arg(long, value_enum, default_value_t = Look::Enrolment)]
    look: Look,
    /// What to make: fingers, slaps, irises, marks, records (all, unless named)
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Write ground truth: JSON and masks
    #[arg(long)]
    truth: bool,
    /// How the single impressions are compressed: what a picture lost on its way stays lost
    #[arg(long, value_enum, default_value_t = Compression::Png)]
    compression: Compression,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Fingers,
    Slaps,
    Irises,
    Marks,
    Records,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Look {
    Enrolment,
    Field,
    Rolled,
    Optical,
    Capacitive,
    Sweep,
    Hard,
    Card,
    Latent,
    Contactless,
}

/// The file format of single impressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Compression {
    /// Without loss
    Png,
    /// Quality 60: blocks show
    Jpeg,
    /// 0.75 bits a pixel, the FBI's 15 to 1
    Wsq,
    /// JPEG 2000, without loss
    Jp2,
}

impl Compression {
    /// File extension, format and its options.
    fn plan(self) -> (&'static str, raster::Format, raster::EncodeOptions) {
        let options = raster::EncodeOptions { jpeg_quality: 60, ..raster::EncodeOptions::default() };
        match self {
            Self::Png => ("png", raster::Format::Png, options),
            Self::Jpeg => ("jpg", raster::Format::Jpeg, options),
            Self::Wsq => ("wsq", raster::Format::Wsq, options),
            Self::Jp2 => ("jp2", raster::Format::Jp2, options),
        }
    }
}

impl Look {
    fn preset(self) -> finger::Preset {
        match self {
            Self::Enrolment => finger::Preset::Enrolment,
            Self::Field => finger::Preset::Field,
            Self::Rolled => finger::Preset::Rolled,
            Self::Optical => finger::Preset::Optical,
            Self::Capacitive => finger::Preset::Capacitive,
            Self::Sweep => finger::Preset::Sweep,
            Self::Hard => finger::Preset::Hard,
            Self::Card => finger::Preset::Card,
            Self::Latent => finger::Preset::Latent,
            Self::Contactless => finger::Preset::Contactless,
        }
    }
}

/// Most people in one folder: a hundred thousand folders are what common file systems still list quickly.
const MOST_PEOPLE: u64 = 100_000;
/// The file that says a person is complete; written last.
const DONE: &str = "person.json";

/// Writes the people; those who are there already, made with the same options, are kept.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let world = &args.world;
    if world.people == 0 || world.people > MOST_PEOPLE {
        bail!(
            "{} people: a folder takes 1 to {MOST_PEOPLE}; make more with --first and another --out, or as templates with \
             `ridgeline synth templates`",
            world.people
        );
    }
    let last = world.end()?;
    fs::create_dir_all(&args.out).with_context(|| {
        format!("making the folder {}: give --out a place that can be written", args.out.display())
    })?;
    let pool = world.pool()?;
    let bar = world.bar()?;
    let rows: Vec<Vec<Row>> = pool.install(|| {
        (world.first..last)
            .into_par_iter()
            .map(|index| {
                let rows = person(args, index).with_context(|| format!("person {index}"));
                bar.inc(1);
                rows
            })
            .collect::<anyhow::Result<_>>()
    })?;
    bar.finish();
    for (file, kind) in [("manifest.csv", Kind::Finger), ("irises.csv", Kind::Iris)] {
        let mut text = String::from("path,subject,instance,ppi\n");
        for row in rows.iter().flatten().filter(|r| r.kind == kind) {
            let ppi = row.ppi.map(|p| p.to_string()).unwrap_or_default();
            let _ = writeln!(text, "{},{},{},{ppi}", row.path, row.subject, row.instance);
        }
        save(&args.out.join(file), text.as_bytes())?;
    }
    let pictures = rows.iter().map(Vec::len).sum::<usize>();
    println!("{} people, {pictures} finger and iris images in {}", world.people, args.out.display());
    Ok(ExitCode::SUCCESS)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Finger,
    Iris,
}

/// A line of a manifest.
struct Row {
    kind: Kind,
    path: String,
    subject: String,
    instance: u8,
    ppi: Option<f64>,
}

impl Args {
    fn makes(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// What a person's files depend on, besides the person.
    fn options(&self) -> Value {
        let parts =
            [Part::Fingers, Part::Slaps, Part::Irises, Part::Marks, Part::Records].map(|p| self.makes(p));
        json!([
            self.world.seed,
            self.captures,
            self.encounters,
            format!("{:?}", self.look),
            format!("{:?}", self.compression),
            parts,
            self.truth,
            env!("CARGO_PKG_VERSION"),
            finger::GENERATOR
        ])
    }
}

/// Makes one person's folder, unless it is complete, and gives the manifest's rows.
fn person(args: &Args, index: u64) -> anyhow::Result<Vec<Row>> {
    let person = Person::new(args.world.seed, index);
    let folder = args.out.join(subject(index));
    let done = fs::read(folder.join(DONE)).ok().and_then(|b| serde_json::from_slice::<Value>(&b).ok());
    if done.is_some_and(|v| v.get("options") == Some(&args.options())) {
        let (rows, _) = meetings(args, &person, &folder, &[], true)?;
        if rows.iter().all(|row| args.out.join(&row.path).is_file()) {
            return Ok(rows);
        }
        // Something was deleted: the person is made again.
    }
    fs::create_dir_all(&folder)?;
    let wanted = args.makes(Part::Marks) || args.makes(Part::Records);
    let marks = if wanted { person.marks()? } else { Vec::new() };
    if args.makes(Part::Marks) {
        for (n, mark) in marks.iter().enumerate() {
            save(&folder.join(format!("mark-{}.png", n + 1)), &raster::encode_png_rgb(&mark.image)?)?;
        }
    }
    let (rows, encounters) = meetings(args, &person, &folder, &marks, false)?;
    let plans = FingerPosition::TEN.map(|p| json!({ "position": p.code(), "class": person.plan(p).class }));
    let about = json!({
        "options": args.options(),
        "synthetic": true,
        "seed": args.world.seed,
        "index": index,
        "given_names": person.given_names,
        "family_name": person.family_name,
        "born": person.born.to_string(),
        "age": person.age(),
        "sex": person.sex,
        "language": person.language,
        "height_cm": person.height_cm,
        "absent": person.absent,
        "fingers": plans,
        "listing": person.listing(),
        "encounters": encounters,
        "marks": marks.iter().map(|m| json!({ "kind": m.kind, "code": m.code, "description": m.description })).collect::<Vec<_>>(),
    });
    save(&folder.join(DONE), serde_json::to_string_pretty(&about)?.as_bytes())?;
    Ok(rows)
}

/// All meetings of a person: the manifest's rows and what was declared. Nothing is written where all is `kept`.
fn meetings(
    args: &Args,
    person: &Person,
    folder: &Path,
    marks: &[synth::Mark],
    kept: bool,
) -> anyhow::Result<(Vec<Row>, Vec<Value>)> {
    let subject = subject(person.index());
    let (mut rows, mut declared) = (Vec::new(), Vec::new());
    for number in 1..=args.encounters {
        let met = person.later(person.days_until(number));
        let visit = Encounter { args, person: &met, subject: &subject, folder, number, kept };
        declared.push(visit.make(marks, &mut rows)?);
    }
    Ok((rows, declared))
}

/// The name of a person's folder.
fn subject(index: u64) -> String {
    format!("p{index:06}")
}

/// One meeting of a person, and where its files go.
struct Encounter<'a> {
    args: &'a Args,
    /// As old as on that day.
    person: &'a Person,
    subject: &'a str,
    folder: &'a Path,
    /// From 1 on.
    number: u32,
    /// Whether the files are there already.
    kept: bool,
}

impl Encounter<'_> {
    /// Makes the encounter's files and rows, and tells what was declared.
    fn make(&self, marks: &[synth::Mark], rows: &mut Vec<Row>) -> anyhow::Result<Value> {
        let (args, person) = (self.args, self.person);
        if args.makes(Part::Fingers) {
            self.fingers(rows)?;
        }
        let mut eyes = Vec::new();
        if args.makes(Part::Irises) || args.makes(Part::Records) && !self.kept {
            self.irises(rows, &mut eyes)?;
        }
        if self.kept {
            return Ok(Value::Null);
        }
        let slaps =
            if args.makes(Part::Slaps) || args.makes(Part::Records) { self.slaps()? } else { Vec::new() };
        let declared = person.declared(self.number);
        let date = person.today().to_string();
        if args.makes(Part::Records) {
            let visit = record::Visit {
                person,
                declared: &declared,
                slaps: &slaps,
                irises: &eyes,
                marks,
                date: &date.replace('-', ""),
                number: &self.named(&format!("S{:04}-{:06}", args.world.seed % 10_000, person.index()), "-"),
            };
            save(&self.folder.join(self.named("encounter", "-") + ".an2"), &record::bytes(&visit)?)?;
        }
        Ok(json!({ "number": self.number, "date": date, "age": person.age(), "declared": declared }))
    }

    /// The name, with the encounter's number behind it from the second on.
    fn named(&self, name: &str, between: &str) -> String {
        if self.number == 1 { name.to_owned() } else { format!("{name}{between}{}", self.number) }
    }

    /// The captures of this encounter: dealt out in turn.
    fn captures(&self, all: u32) -> impl Iterator<Item = u32> {
        let (first, step) = (self.number, self.args.encounters as usize);
        (first..=all).step_by(step)
    }

    /// Slaps of both hands, written where asked for.
    fn slaps(&self) -> anyhow::Result<Vec<(FingerPosition, finger::Slap)>> {
        let person = self.person;
        let seed = person.key() ^ (u64::from(self.number - 1) << 48);
        let condition = finger::Condition::draw(finger::Preset::Enrolment, seed);
        let mut slaps = Vec::new();
        for position in
            [FingerPosition::PlainRightFour, FingerPosition::PlainLeftFour, FingerPosition::PlainThumbs]
        {
            let Some(slap) = finger::slap(person, position, &condition, seed)? else { continue };
            if self.args.makes(Part::Slaps) {
                let name = self.named(&format!("slap-{}", position.code()), "-");
                save_png(self.folder, &name, &slap.image)?;
                if self.args.truth {
                    let parts: Vec<Value> = slap
                        .fingers
                        .iter()
                        .map(|f| {
                            json!({
                                "position": f.position.code(), "corners": f.corners, "offset": f.offset,
                                "truth": truth::finger(&f.truth),
                            })
                        })
                        .collect();
                    save_json(self.folder, &name, &Value::Array(parts))?;
                }
            }
            slaps.push((position, slap));
        }
        Ok(slaps)
    }

    /// Single impressions of the fingers that can be printed.
    fn fingers(&self, rows: &mut Vec<Row>) -> anyhow::Result<()> {
        let (args, person, subject, folder) = (self.args, self.person, self.subject, self.folder);
        let (extension, format, options) = args.compression.plan();
        for position in FingerPosition::TEN.into_iter().filter(|p| person.has(*p)) {
            for capture in self.captures(args.captures) {
                let name = format!("finger-{:02}-{capture}", position.code());
                let seed = person.key() ^ (u64::from(position.code()) << 32 | u64::from(capture));
                let condition = finger::Condition::draw(args.look.preset(), seed);
                rows.push(Row {
                    kind: Kind::Finger,
                    path: format!("{subject}/{name}.{extension}"),
                    subject: subject.to_owned(),
                    instance: position.code(),
                    ppi: Some(condition.ppi),
                });
                if self.kept {
                    continue;
                }
                let master = person.finger(position).context("a single finger")?;
                let print = finger::impression(master, &condition, seed)?;
                let bytes = raster::encode(&print.image, format, &options)?;
                save(&folder.join(format!("{name}.{extension}")), &bytes)?;
                if args.truth {
                    save_json(folder, &name, &truth::finger(&print.truth))?;
                    mask(folder, &name, &print.image, print.truth.mask)?;
                }
            }
        }
        Ok(())
    }

    /// Shots of both eyes; the encounter's first of each is handed back for its transaction.
    fn irises(&self, rows: &mut Vec<Row>, first: &mut Vec<(Eye, GreyImage)>) -> anyhow::Result<()> {
        let (args, person, subject, folder) = (self.args, self.person, self.subject, self.folder);
        for side in [Eye::Right, Eye::Left] {
            let Some(identity) = person.iris(side) else { continue };
            // A transaction wants a shot in every encounter, be it one that is not written.
            let least = if args.makes(Part::Records) { self.number } else { 0 };
            for (n, capture) in self.captures(args.captures.max(least)).enumerate() {
                let name = format!("iris-{}-{capture}", side.code());
                let wanted = args.makes(Part::Irises) && capture <= args.captures;
                if wanted {
                    rows.push(Row {
                        kind: Kind::Iris,
                        path: format!("{subject}/{name}.png"),
                        subject: subject.to_owned(),
                        instance: side.code(),
                        ppi: None,
                    });
                }
                if self.kept {
                    continue;
                }
                let seed = person.key() ^ (u64::from(side.code()) << 40 | u64::from(capture));
                let look =
                    if args.look == Look::Enrolment { eye::Preset::Enrolment } else { eye::Preset::Field };
                let shot = eye::eye(&identity, &eye::Condition::draw(look, seed), seed)?;
                if wanted {
                    save_png(folder, &name, &shot.image)?;
                    if args.truth {
                        save_json(folder, &name, &truth::eye(&shot.truth))?;
                        mask(folder, &name, &shot.image, shot.truth.visible)?;
                    }
                }
                if n == 0 {
                    first.push((side, shot.image));
                }
            }
        }
        Ok(())
    }
}

fn mask(folder: &Path, name: &str, like: &GreyImage, mask: Vec<u8>) -> anyhow::Result<()> {
    let image = GreyImage::new(like.width(), like.height(), like.ppi(), mask)?;
    save_png(folder, &format!("{name}-mask"), &image)
}

fn save_png(folder: &Path, name: &str, image: &GreyImage) -> anyhow::Result<()> {
    save(&folder.join(format!("{name}.png")), &raster::encode_png(image)?)
}

fn save_json(folder: &Path, name: &str, value: &Value) -> anyhow::Result<()> {
    save(&folder.join(format!("{name}.json")), value.to_string().as_bytes())
}

/// Written beside and moved into place: a file is whole or not there.
fn save(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let part = path.with_extension("part");
    fs::write(&part, bytes)
        .and_then(|()| fs::rename(&part, path))
        .with_context(|| format!("writing {}", path.display()))
}
