package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.examples.recipes.BrotliAndZstandard;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.content.BodyRewrite;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.content.ContentCoding;
import dev.sluice.proxy.content.Decompression;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** What the examples about bodies in {@code gateway.md} do. */
final class ContentExamples {
    private ContentExamples() {}

    static void aLogIsCompressed(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.get("/a", "Host: shop.example", "Accept-Encoding: gzip"))
                .endsWith("http://pool GET /a");

        String log = "a line of the log\n".repeat(50);
        ProxyHandler origin = request -> ProxyResponse.of(200, log).toBuilder()
                .header("Content-Type", "application/x-log")
                .build();
        TestResponse response = TestClient.of(origin.with(example.value("compression", Compression.class)))
                .send("GET", "/", Headers.of("Accept-Encoding", "gzip"), new byte[0]);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes())
                .asString()
                .isEqualTo(log);
    }

    static void theClientsCodingIsUsed(Example example) throws Exception {
        Compression compression = example.run().value("compression", Compression.class);
        assertThat(example.started().get("/a")).endsWith("http://pool GET /a");

        String text = "a line of the text\n".repeat(100);
        TestClient client = TestClient.of(((ProxyHandler) request -> ProxyResponse.of(200, text)).with(compression));
        ContentCoding[] codings = {BrotliAndZstandard.brotli(), BrotliAndZstandard.zstandard(), ContentCoding.GZIP};
        for (ContentCoding coding : codings) {
            TestResponse response = client.send("GET", "/", Headers.of("Accept-Encoding", coding.name()), new byte[0]);
            assertThat(response.headers().first("Content-Encoding")).contains(coding.name());
            assertThat(coding.decoder(new ByteArrayInputStream(response.body())).readAllBytes())
                    .asString()
                    .isEqualTo(text);
        }
    }

    static void theOriginGetsThePlainBody(Example example) throws Exception {
        Decompression decompression = example.run().value("decompression", Decompression.class);
        assertThat(example.started().get("/a")).endsWith("http://pool GET /a");

        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
            gzip.write("hello".getBytes(StandardCharsets.UTF_8));
        }
        FakeUpstream origin = FakeUpstream.named("origin");
        TestClient client = TestClient.of(ReverseProxy.to(origin).with(decompression));
        client.send("POST", "/", Headers.of("Content-Encoding", "gzip"), coded.toByteArray());
        assertThat(origin.requests().get(0).text()).isEqualTo("hello");
    }

    static void theLinksAreThoseOfTheShop(Example example) throws Exception {
        BodyRewrite links = example.run().value("links", BodyRewrite.class);
        assertThat(example.behind(Routes.of(example.value("route", Route.class)))
                        .get("/a"))
                .endsWith("http://pool GET /a");

        String inner = example.origin("http://inner:8080").url();
        ProxyHandler origin = request -> ProxyResponse.of(200, "<a href='" + inner + "/x'>").toBuilder()
                .header("Content-Type", "text/html")
                .build();
        assertThat(TestClient.of(origin.with(links)).get("/").text()).isEqualTo("<a href='https://shop.example/x'>");
    }

    static void theCostIsThePrice(Example example) throws Exception {
        BodyRewrite renamed = example.run().value("renamed", BodyRewrite.class);
        assertThat(example.behind(Routes.of(example.value("api", Route.class))).get("/api/a"))
                .endsWith("http://pool GET /api/a");

        ProxyHandler origin = request -> ProxyResponse.of(200, "{\"cost\":1}").toBuilder()
                .header("Content-Type", "application/json")
                .build();
        assertThat(TestClient.of(origin.with(renamed)).get("/").text()).isEqualTo("{\"price\":1}");
    }

    static void theUploadHasItsColumns(Example example) throws Exception {
        BodyRewrite named = example.run().value("named", BodyRewrite.class);
        FakeUpstream origin = FakeUpstream.named("origin");
        TestClient.of(ReverseProxy.to(origin).with(named))
                .send(
                        "POST",
                        "/upload",
                        Headers.of("Content-Type", "text/csv"),
                        "1;anna".getBytes(StandardCharsets.UTF_8));
        assertThat(origin.requests().get(0).text()).isEqualTo("id;name\n1;anna");
    }
}
