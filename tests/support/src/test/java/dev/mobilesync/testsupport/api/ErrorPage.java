package dev.mobilesync.testsupport.api;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** The page of errors that services serve: {@code docs/errors.md} as HTML. Links to other documents become text. */
final class ErrorPage {

    private static final String HEAD = """
            <!DOCTYPE html>
            <!-- Made from docs/errors.md by ErrorPage.java. -->
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark">
            <title>Errors of mobile-sync</title>
            </head>
            <body>
            """;
    private static final String END = "</body>\n</html>\n";

    private ErrorPage() {}

    static String html() throws IOException {
        Node page = Parser.builder().build().parse(Files.readString(Repository.file("docs/errors.md")));
        links(page).forEach(ErrorPage::replaceByText);
        return HEAD
                + HtmlRenderer.builder()
                        .attributeProviderFactory(context -> (node, tag, attributes) -> addAnchor(node, attributes))
                        .build()
                        .render(page)
                + END;
    }

    private static List<Link> links(Node page) {
        List<Link> links = new ArrayList<>();
        page.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                links.add(link);
            }
        });
        return links;
    }

    private static void replaceByText(Link link) {
        for (Node child = link.getFirstChild(); child != null; child = link.getFirstChild()) {
            link.insertBefore(child);
        }
        link.unlink();
    }

    /** The same anchors as in the rendered Markdown. */
    private static void addAnchor(Node node, Map<String, String> attributes) {
        if (node instanceof Heading && node.getFirstChild() instanceof Text code) {
            attributes.put("id", code.getLiteral().toLowerCase(Locale.ROOT));
        }
    }
}
