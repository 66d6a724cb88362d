package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.github.luben.zstd.util.Native;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.content.ContentCoding;
import dev.sluice.proxy.content.Decompression;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestClient;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Skipped where the libraries have no native code for the machine. */
@Timeout(60)
class BrotliAndZstandardTest {
    @BeforeAll
    static void needsNativeCode() {
        assumeThat(Brotli4jLoader.isAvailable()).as("brotli4j has native code").isTrue();
        assumeThat(zstandardLoads()).as("zstd-jni has native code").isTrue();
    }

    private static boolean zstandardLoads() {
        try {
            Native.load();
            return Native.isLoaded();
        } catch (UnsatisfiedLinkError notHere) {
            return false;
        }
    }

    private static List<ContentCoding> codings() {
        return List.of(BrotliAndZstandard.brotli(), BrotliAndZstandard.zstandard());
    }

    private static byte[] words(int length) {
        byte[] bytes = new byte[length];
        Random random = new Random(1);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(4));
        }
        return bytes;
    }

    @Test
    void everyByteArrives() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    while (true) {
                        String path = connection.readHead().split(" ")[1];
                        byte[] bytes = words(Integer.parseInt(path.substring(1)));
                        connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
                                + bytes.length + "\r\n\r\n");
                        connection.write(bytes);
                    }
                });
                ProxyServer proxy = BrotliAndZstandard.start(0, origin.uri().toString())) {
            for (ContentCoding coding : codings()) {
                for (int length : new int[] {1024, 65_536, 1_000_000, 10_000_000}) {
                    HttpResponse<InputStream> response = client.send(
                            HttpRequest.newBuilder(URI.create(proxy.uri() + "/" + length))
                                    .header("Accept-Encoding", coding.name())
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());

                    assertThat(response.headers().firstValue("Content-Encoding"))
                            .contains(coding.name());
                    assertThat(coding.decoder(response.body()).readAllBytes()).isEqualTo(words(length));
                }
            }
        }
    }

    @Test
    void eventsArriveOneByOne() throws Exception {
        for (ContentCoding coding : codings()) {
            Semaphore seen = new Semaphore(1);
            try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                        connection.readHead();
                        connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
                        for (int i = 0; i < 5; i++) {
                            assertThat(seen.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
                            connection.write("data: " + i + "\n\n");
                        }
                    });
                    ProxyServer proxy = BrotliAndZstandard.start(0, origin.uri().toString())) {
                InputStream events = coding.decoder(HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(proxy.uri())
                                        .header("Accept-Encoding", coding.name())
                                        .build(),
                                HttpResponse.BodyHandlers.ofInputStream())
                        .body());
                for (int i = 0; i < 5; i++) {
                    byte[] event = new byte[9];
                    int got = 0;
                    while (got < 9) {
                        int n = events.read(event, got, 9 - got);
                        assertThat(n).isPositive();
                        got += n;
                    }
                    assertThat(new String(event, StandardCharsets.UTF_8)).isEqualTo("data: " + i + "\n\n");
                    seen.release();
                }
            }
        }
    }

    @Test
    void aBrowserGetsBrotli() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2000\r\n\r\n");
                    connection.write(words(2000));
                });
                ProxyServer proxy = BrotliAndZstandard.start(0, origin.uri().toString());
                RawConnection client = RawConnection.connect(proxy.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n\r\n");
            assertThat(client.readHead()).contains("\r\nContent-Encoding: br\r\n");
        }
    }

    /** The libraries' decoders refuse bad bytes with an IOException, as a coding must. */
    @Test
    void requestsAreDecompressedToo() throws Exception {
        for (ContentCoding coding : codings()) {
            byte[] coded = coded(coding, words(100_000));
            FakeUpstream origin = FakeUpstream.named("origin");
            ProxyHandler handler = ReverseProxy.to(origin)
                    .with(Decompression.builder().codings(coding).build());
            TestClient client =
                    TestClient.of(Pipeline.builder().addRoute("/**", handler).build());
            Headers fields = Headers.of("Content-Encoding", coding.name());

            client.send("POST", "/", fields, coded);
            assertThat(origin.requests().get(0).body()).isEqualTo(words(100_000));

            byte[] cut = Arrays.copyOf(coded, coded.length - 5);
            byte[] noise = words(5000);
            for (byte[] bad : new byte[][] {cut, noise}) {
                assertThat(client.send("POST", "/", fields, bad).status()).isEqualTo(400);
            }
        }
    }

    private static byte[] coded(ContentCoding coding, byte[] plain) throws Exception {
        ProxyHandler handler = request -> ProxyResponse.builder(200)
                .addHeader("Content-Type", "text/plain")
                .body(Body.of(new ByteArrayInputStream(plain), plain.length))
                .build();
        return TestClient.of(handler.with(Compression.builder().codings(coding).build()))
                .send("GET", "/", Headers.of("Accept-Encoding", coding.name()), new byte[0])
                .body();
    }
}
