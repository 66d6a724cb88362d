package dev.sluice.proxy.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Through real sockets: every byte arrives, and each event before the next one is sent. */
@Timeout(120)
class CompressionOnTheWireTest {
    private static final int[] LENGTHS = {1, 1023, 1024, 65_536, 65_537, 1_000_000, 10_000_000};
    private static final byte[] WORDS = Coded.words(10_000_000, 1);
    private static final Compression ALL = Compression.builder().minBytes(1).build();

    @TempDir
    Path folder;

    enum Kind {
        DIRECT {
            @Override
            Transport transport() {
                return DirectTransport.shared();
            }
        },
        JDK {
            @Override
            Transport transport() {
                return JdkTransport.shared();
            }
        };

        abstract Transport transport();
    }

    private static byte[] bytes(int length) {
        return Arrays.copyOf(WORDS, length);
    }

    /** Answers {@code /<length>} with so many bytes, and {@code /<length>/chunked} with them in chunks. */
    private static ScriptedOrigin origin() throws IOException {
        return ScriptedOrigin.start(connection -> {
            while (true) {
                String[] target = connection.readHead().split("[ /]+");
                byte[] bytes = bytes(Integer.parseInt(target[1]));
                String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
                if (!target[2].equals("chunked")) {
                    connection.write(head + "Content-Length: " + bytes.length + "\r\n\r\n");
                    connection.write(bytes);
                    continue;
                }
                connection.write(head + "Transfer-Encoding: chunked\r\n\r\n");
                for (int from = 0; from < bytes.length; from += 50_000) {
                    int length = Math.min(50_000, bytes.length - from);
                    connection.write(Integer.toHexString(length) + "\r\n");
                    connection.write(Arrays.copyOfRange(bytes, from, from + length));
                    connection.write("\r\n");
                }
                connection.write("0\r\n\r\n");
            }
        });
    }

    private static ProxyServer proxy(Transport transport, ScriptedOrigin origin) {
        return ProxyServer.builder()
                .transport(transport)
                .addFilter(ALL)
                .addRoute("/**", ReverseProxy.to(origin.uri().toString()))
                .build()
                .start();
    }

    @ParameterizedTest
    @EnumSource
    void theJdksClientGetsEveryByte(Kind kind) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        try (ScriptedOrigin origin = origin();
                ProxyServer proxy = proxy(kind.transport(), origin)) {
            for (int length : LENGTHS) {
                for (String path : new String[] {"/" + length, "/" + length + "/chunked"}) {
                    for (String coding : new String[] {"gzip", "deflate"}) {
                        HttpResponse<InputStream> response = client.send(
                                HttpRequest.newBuilder(URI.create(proxy.uri() + path))
                                        .header("Accept-Encoding", coding)
                                        .timeout(Duration.ofSeconds(30))
                                        .build(),
                                HttpResponse.BodyHandlers.ofInputStream());

                        assertThat(response.headers().firstValue("Content-Encoding"))
                                .contains(coding);
                        InputStream decoded = coding.equals("gzip")
                                ? new GZIPInputStream(response.body())
                                : new InflaterInputStream(response.body());
                        assertThat(decoded.readAllBytes()).as(path).isEqualTo(bytes(length));
                    }
                }
            }
        }
    }

    @Test
    void curlGetsEveryByte() throws Exception {
        assumeThat(curl("--version")).as("curl is installed").isZero();
        try (ScriptedOrigin origin = origin();
                ProxyServer proxy = proxy(DirectTransport.shared(), origin)) {
            for (int length : LENGTHS) {
                for (String path : new String[] {"" + length, length + "/chunked"}) {
                    Path file = folder.resolve("got");
                    Path head = folder.resolve("head");

                    assertThat(curl("-sS", "--compressed", "-o", file + "", "-D", head + "", proxy.uri() + "/" + path))
                            .isZero();

                    assertThat(Files.readString(head)).contains("\r\nContent-Encoding: gzip\r\n");
                    assertThat(Files.readAllBytes(file)).as(path).isEqualTo(bytes(length));
                }
            }
        }
    }

    /** The exit status, or -1 if there is no such command. */
    private static int curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "--max-time", "30"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        try {
            Process process = builder.start();
            assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("ends in time").isTrue();
            return process.exitValue();
        } catch (IOException notThere) {
            return -1;
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachEventArrivesBeforeTheNextOneIsSent(Kind kind) throws Exception {
        Semaphore seen = new Semaphore(1);
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n");
                    for (int i = 0; i < 5; i++) {
                        assertThat(seen.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
                        connection.write("9\r\ndata: " + i + "\n\n\r\n");
                    }
                    connection.write("0\r\n\r\n");
                });
                ProxyServer proxy = proxy(kind.transport(), origin)) {
            HttpResponse<InputStream> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(proxy.uri() + "/events"))
                                    .header("Accept-Encoding", "gzip")
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
            // The JDK's stream says that bytes are available until its end, and a reader then waits for them.
            BufferedReader events = new BufferedReader(
                    new InputStreamReader(new InflatedInput(response.body(), true), StandardCharsets.UTF_8));
            for (int i = 0; i < 5; i++) {
                assertThat(events.readLine()).isEqualTo("data: " + i);
                assertThat(events.readLine()).isEmpty();
                seen.release();
            }
            assertThat(events.readLine()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, 1.1", "HEAD, 1.1", "GET, 1.0", "HEAD, 1.0"})
    void aHeadHasTheSameFieldsAsAGet(String method, String version) throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    String head = connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: x\r\nETag: \"1\"\r\n"
                            + "Content-Length: 100000\r\n\r\n");
                    if (head.startsWith("GET")) {
                        connection.write(Coded.words(100_000, 1));
                    }
                });
                ProxyServer proxy = proxy(DirectTransport.shared(), origin);
                RawConnection client = RawConnection.connect(proxy.address())) {
            client.write(method + " / HTTP/" + version
                    + "\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");

            String framing = version.equals("1.1") && method.equals("GET") ? "Transfer-Encoding: chunked\r\n" : "";
            assertThat(client.readHead().replaceFirst("Via: .*\r\n", ""))
                    .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: x\r\nETag: W/\"1\"\r\n"
                            + "Vary: Accept-Encoding\r\nContent-Encoding: gzip\r\n" + framing
                            + "Connection: close\r\n\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatBreaksOffIsCut(Kind kind) throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n");
                    connection.write(Coded.words(90_000, 1));
                });
                ProxyServer proxy = proxy(kind.transport(), origin);
                RawConnection client = RawConnection.connect(proxy.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");

            assertThat(client.readHead()).contains("ncoding: gzip\r\n");
            assertThat(client.readAll()).isNotEmpty().doesNotEndWith("0\r\n\r\n");
        }
    }

    /** The encoder's memory is outside of the heap, so it must not wait for the garbage collector. */
    @Test
    void aClientThatLeavesFreesTheEncoder() throws Exception {
        CountingCoding coding = new CountingCoding();
        Semaphore gone = new Semaphore(0);
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
                    byte[] bytes = Coded.words(50_000, 1);
                    try {
                        while (true) {
                            connection.write(bytes);
                        }
                    } catch (IOException cut) {
                        gone.release();
                    }
                });
                ProxyServer proxy = ProxyServer.builder()
                        .addFilter(Compression.builder().codings(coding).build())
                        .addRoute("/**", ReverseProxy.to(origin.uri().toString()))
                        .build()
                        .start()) {
            try (RawConnection client = RawConnection.connect(proxy.address())) {
                client.write("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
                client.readHead();
                assertThat(coding.open()).isOne();
                client.reset();
            }
            assertThat(gone.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(coding.made()).isOne();
        assertThat(coding.open()).isZero();
    }
}
