//! What a build says of each figure that it bakes.

use crate::toy::{ROOT, Shout, bake_all, bake_one, job, site};
use prebake::bake::Baked;
use prebake::disk::{Disk as _, MemoryDisk};
use prebake_plugin::{AnyJob, Artifact, Component, Context, Inputs, Markup, Place, Problem};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

const ONE: &str = "content/a/one.txt";

/// `Shout`, changed.
#[derive(Default)]
struct Newer(Shout);

impl Component for Newer {
    const NAME: &'static str = "Shout";
    const VERSION: &'static str = "2";
    type Props = <Shout as Component>::Props;
    type Job = <Shout as Component>::Job;

    fn resolve(&self, props: Self::Props, at: &Context<'_>) -> Result<Self::Props, Vec<Problem>> {
        self.0.resolve(props, at)
    }

    fn job(&self, props: &Self::Props) -> Self::Job {
        self.0.job(props)
    }

    fn bake(&self, job: &Self::Job, inputs: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        self.0.bake(job, inputs)
    }

    fn render(
        &self,
        props: &Self::Props,
        artifact: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>> {
        self.0.render(props, artifact, place)
    }
}

fn why(baked: &Baked) -> String {
    baked.why.as_ref().map_or_else(|| "cached".to_owned(), ToString::to_string)
}

#[test]
fn what_changed_is_named() {
    let shout = Shout::default();
    let says = |disk: &MemoryDisk| why(&bake_one(disk, &shout, job(ONE)));
    let disk = site();
    assert_eq!(says(&disk), "first time");
    assert_eq!(says(&disk), "cached");
    let disk = disk.with_file("/site/content/a/one.txt", "more");
    assert_eq!(says(&disk), "one.txt changed");
    let disk = disk.with_file("/site/content/a/beside.txt", "");
    assert_eq!(says(&disk), "other files in a/");
    disk.remove(Path::new("/site/content/a/one.txt")).unwrap();
    assert_eq!(says(&disk), "one.txt is gone, and 1 more");
    let disk = disk.with_file("/site/content/a/one.txt", "and more");
    assert_eq!(says(&disk), "one.txt is new, and 1 more");
    assert_eq!(says(&disk), "cached");
}

#[test]
fn a_changed_component_is_named_and_its_former_results_are_kept() {
    let handle = Arc::new(site()) as _;
    let bake = |component: &dyn prebake_plugin::AnyComponent| {
        let (baked, _) = bake_all(&handle, Path::new(ROOT), component, &[job(ONE)]);
        why(baked[0].as_ref().unwrap())
    };
    assert_eq!(bake(&Shout::default()), "first time");
    assert_eq!(bake(&Newer::default()), "its component changed");
    assert_eq!(bake(&Newer::default()), "cached");
    assert_eq!(bake(&Shout::default()), "cached", "back to the first version");
}

#[test]
fn changed_props_are_named_where_the_former_figure_is_gone() {
    let (disk, shout) = (site(), Shout::default());
    let named = |name: &str| AnyJob(json!({ "src": ONE, "name": name, "careless": true }));
    assert_eq!(why(&bake_one(&disk, &shout, named("a.txt"))), "first time");
    assert_eq!(why(&bake_one(&disk, &shout, named("b.txt"))), "its name changed");
    let other = AnyJob(json!({ "src": "content/b/two.txt", "name": "c.txt", "careless": false }));
    assert_eq!(why(&bake_one(&disk, &shout, other)), "first time", "too little in common");

    // A figure beside the former one is a new one.
    let handle = Arc::new(site()) as _;
    let bake = |jobs: &[AnyJob]| -> Vec<String> {
        let (baked, _) = bake_all(&handle, Path::new(ROOT), &shout, jobs);
        baked.iter().map(|baked| why(baked.as_ref().unwrap())).collect()
    };
    assert_eq!(bake(&[named("a.txt")]), ["first time"]);
    assert_eq!(bake(&[named("a.txt"), named("b.txt")]), ["cached", "first time"]);
}

#[test]
fn damage_is_named() {
    for (shelf, expect) in
        [("actions", "its cache entry was damaged"), ("store", "the cached shout.txt was damaged")]
    {
        let (disk, shout) = (site(), Shout::default());
        bake_one(&disk, &shout, job(ONE));
        let folder = Path::new("/site/.prebake/cache/v2").join(shelf);
        for path in disk.files().into_keys().filter(|path| path.starts_with(&folder)) {
            disk.write(&path, b"?").unwrap();
        }
        assert_eq!(why(&bake_one(&disk, &shout, job(ONE))), expect);
    }
}
