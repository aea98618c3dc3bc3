//! One run reports every mistake of every article, each in its place.

use crate::builder::SiteTest;

#[test]
fn all_mistakes_come_in_one_run() {
    let errors = SiteTest::new()
        .article("a", "---\ntitle: [1\n---\n\n<KMeansImag selected={0}/>\n\n![gone](dgo.png)\n")
        .article(
            "b",
            "![x](dog.png)\n\n<KMeansImage selectd={0} alt=\"x\"/>\n\n\
             <KMeansImage selected=\"two\"/>\n\n<KMeansImage ks=\"1..8\" selected={8}/>\n\n\
             <KMeansImage src=\"gone.png\"/>\n\n<KMeansImage selected={0}\n",
        )
        .picture("a/dog.png")
        .picture("b/dog.png")
        .errors();
    insta::assert_snapshot!(errors);
}

#[test]
fn a_tag_without_a_picture_before_it_says_so() {
    insta::assert_snapshot!(SiteTest::new().article("a", "<KMeansImage/>\n").errors());
}

#[test]
fn a_corrupt_picture_is_a_diagnostic() {
    let errors = SiteTest::new()
        .article("a", "<KMeansImage src=\"dog.png\"/>\n")
        .file("content/a/dog.png", b"\x89PNG\r\n\x1a\nnonsense")
        .errors();
    insta::assert_snapshot!(errors);
}

#[test]
fn a_site_without_articles_says_so() {
    insta::assert_snapshot!(SiteTest::new().errors());
}
