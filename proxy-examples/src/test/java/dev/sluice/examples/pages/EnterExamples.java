package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What the examples of the section "Who may enter" of {@code gateway.md} do. */
final class EnterExamples {
    private EnterExamples() {}

    static void aPasswordOpens(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.get("/")).startsWith("HTTP/1.1 401 ").contains("\r\nWWW-Authenticate: Basic realm=\"staff\"");
        assertThat(client.get("/", basic("anna:another one"))).startsWith("HTTP/1.1 401 ");
        assertThat(client.body("/", basic("ben:another one"))).isEqualTo("http://pool GET /");
        assertThat(example.origin("http://pool").heads().get(0)).doesNotContain("Authorization");
    }

    static void onlyOneOfThemMayDoIt(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.get("/admin/x", basic("ben:another one"))).startsWith("HTTP/1.1 403 ");
        assertThat(client.body("/admin/x", basic("anna:a long password")))
                .isEqualTo("http://127.0.0.1:9000 GET /admin/x");
        assertThat(client.body("/x", basic("ben:another one"))).isEqualTo("http://pool GET /x");
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
