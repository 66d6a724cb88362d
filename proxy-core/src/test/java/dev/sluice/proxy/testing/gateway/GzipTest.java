package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compressed answers. */
@Timeout(60)
class GzipTest {
    private static final String TEXT = "hello, hello, hello; ".repeat(5_000);

    private final HttpClient client = HttpClient.newHttpClient();
    private final FakeGateway gateway = FakeGateway.start();

    @AfterEach
    void close() {
        gateway.close();
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(gateway.uri(path)).build(), BodyHandlers.ofByteArray());
    }

    private static String plain(byte[] compressed) throws IOException {
        InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed));
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void theBodyIsCompressedAndItsLengthIsTold(@TempDir Path folder) throws Exception {
        gateway.on("/text").answers(Answer.ok(TEXT).gzip());
        gateway.on("/later").answers(Answer.ok().gzip().body(TEXT));
        gateway.on("/json").answers(Answer.json(TEXT).gzip().header("ETag", "\"7\""));
        gateway.on("/file")
                .answers(Answer.file(Files.writeString(folder.resolve("a.txt"), TEXT))
                        .gzip());
        gateway.on("/function").answersBy(request -> Answer.ok(TEXT).gzip());
        for (String path : new String[] {"/text", "/later", "/json", "/file", "/function"}) {
            HttpResponse<byte[]> response = get(path);
            assertThat(response.headers().allValues("Content-Encoding")).containsExactly("gzip");
            assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(response.body().length);
            assertThat(response.body()).hasSizeLessThan(TEXT.length() / 10);
            assertThat(plain(response.body())).isEqualTo(TEXT);
        }
        assertThat(get("/json").headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(get("/json").headers().firstValue("ETag")).hasValue("\"7\"");
    }

    @Test
    void anEmptyBodyIsCompressedAndNoBodyIsNot() throws Exception {
        gateway.on("/empty").answers(Answer.ok().gzip());
        gateway.on("/304").answers(Answer.of(304).gzip());
        assertThat(plain(get("/empty").body())).isEmpty();
        assertThat(get("/304").headers().firstValue("Content-Encoding")).isEmpty();
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("HEAD /empty HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(raw.readHead())
                    .isEqualTo("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                            + get("/empty").body().length + "\r\n\r\n");
        }
    }

    @Test
    void eachPieceOfAFeedCanBeReadWhenItComes() throws Exception {
        BodyFeed feed = new BodyFeed();
        gateway.on("/events").answers(Answer.events(feed).gzip());
        HttpRequest request = HttpRequest.newBuilder(gateway.uri("/events")).build();
        feed.event("one");
        try (InputStream in = new GZIPInputStream(
                client.send(request, BodyHandlers.ofInputStream()).body())) {
            assertThat(in.readNBytes(11)).asString().isEqualTo("data: one\n\n");
            feed.event("two");
            assertThat(in.readNBytes(11)).asString().isEqualTo("data: two\n\n");
            feed.end();
            assertThat(in.readAllBytes()).isEmpty();
        }
        assertThat(feed.left()).isZero();
    }

    @Test
    void aFeedMayBreakOff() throws Exception {
        BodyFeed feed = new BodyFeed().write("a");
        feed.fail(Fault.CLOSE);
        gateway.on("/feed").answers(Answer.ok().body(feed).gzip());
        assertThatThrownBy(() -> get("/feed")).isInstanceOf(IOException.class);
    }

    @Test
    void aClientThatLeavesAFeedIsSeen() throws Exception {
        BodyFeed feed = new BodyFeed().write("a");
        gateway.on("/feed").answers(Answer.ok().body(feed).gzip());
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("GET /feed HTTP/1.1\r\nHost: a\r\n\r\n");
            raw.readHead();
        }
        feed.awaitLeft(1);
    }

    @Test
    void faultsCountCompressedBytes() throws Exception {
        gateway.on("/text").answers(Answer.ok(TEXT).gzip().with(Fault.CLOSE.inBody(10)));
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("GET /text HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(raw.readHead()).contains("Content-Encoding: gzip\r\n");
            assertThat(raw.readAll()).hasSize(10).startsWith("\u001f\u008b");
        }
    }

    @Test
    void nothingIsSaidOfALengthThatOnlyGetKnows() throws Exception {
        try (FakeGateway real = FakeGateway.start()) {
            real.on("/").answers("hello");
            for (Answer answer : new Answer[] {
                Answer.handler(request -> ProxyResponse.of(200, "hello")),
                Answer.upstream(real.uri().toString())
            }) {
                gateway.on("/").answers(answer.gzip());
                try (RawConnection raw = RawConnection.connect(gateway.address())) {
                    raw.write("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                    assertThat(raw.readAll())
                            .contains("Content-Encoding: gzip\r\n")
                            .doesNotContain("Content-Length");
                }
            }
        }
        gateway.otherwise(Answer.ok().gzip());
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n");
            assertThat(raw.readHead()).doesNotContain("Content-Encoding");
        }
    }

    @Test
    void whatIsCodedAlreadyIsRefused() throws Exception {
        gateway.on("/").answers(Answer.ok("x").header("Content-Encoding", "br").gzip());
        assertThat(get("/").statusCode()).isEqualTo(500);
        assertThatThrownBy(gateway::verifyMatched)
                .hasMessageContaining("gzip() sets Content-Encoding, but the answer has it already: br");
    }

    @Test
    void itIsTheSameWithoutASocketAndFromAnUpstream() throws Exception {
        SimulatedTime time = new SimulatedTime();
        FakeGateway origin = FakeGateway.withoutSocket();
        origin.on("/text").answers(Answer.ok(TEXT).gzip());
        TestClient direct = TestClient.of(origin.handler(), time);
        TestResponse response = time.run(() -> direct.get("/text"));
        assertThat(response.headers().first("Content-Encoding")).hasValue("gzip");
        assertThat(plain(response.body())).isEqualTo(TEXT);
        origin.close();
        try (FakeGateway real = FakeGateway.start()) {
            real.on("/text").answers(TEXT);
            gateway.otherwise(Answer.upstream(real.uri().toString()).gzip());
            assertThat(plain(get("/text").body())).isEqualTo(TEXT);
        }
    }
}
