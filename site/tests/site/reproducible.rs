//! Same input, same bytes, whatever the number of threads.

use crate::builder::SiteTest;
use prebake::site::Options;

#[test]
fn the_number_of_threads_does_not_show() {
    let build = |jobs| {
        SiteTest::new()
            .article(
                "a",
                "![x](x.png)\n\n<KMeansImage alt=\"x\"/>\n\n<KMeansImage space=\"oklab\"/>\n",
            )
            .article("b", "<KMeansImage src=\"../a/x.png\" ks={[2, 4]} alt=\"x\"/>\n")
            .picture("a/x.png")
            .options(Options { jobs, ..Options::default() })
            .build()
    };
    let one = build(Some(1));
    assert!(one == build(Some(8)));
    assert!(one == build(None));
}
