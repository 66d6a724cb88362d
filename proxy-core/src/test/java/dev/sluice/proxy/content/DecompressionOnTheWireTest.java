package dev.sluice.proxy.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class DecompressionOnTheWireTest {
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";

    private static ProxyServer proxy(CompressionOnTheWireTest.Kind kind, ScriptedOrigin origin) {
        return ProxyServer.builder()
                .transport(kind.transport())
                .addFilter(Decompression.DEFAULT)
                .addRoute("/**", ReverseProxy.to(origin.uri().toString()))
                .build()
                .start();
    }

    @ParameterizedTest
    @EnumSource
    void theOriginGetsThePlainBodyInChunks(CompressionOnTheWireTest.Kind kind) throws Exception {
        byte[] coded = Coded.gzip("x".repeat(3000));
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    String head = connection.readHead();
                    assertThat(head)
                            .containsIgnoringCase("\r\nTransfer-Encoding: chunked\r\n")
                            .doesNotContainIgnoringCase("Content-Encoding");
                    StringBuilder body = new StringBuilder();
                    while (!body.toString().endsWith("\r\n0\r\n\r\n")) {
                        body.append(connection.readExactly(1));
                    }
                    assertThat(body.toString().replaceAll("[^x]", "")).hasSize(3000);
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                ProxyServer proxy = proxy(kind, origin);
                RawConnection client = RawConnection.connect(proxy.address())) {
            client.write(HEAD + "Content-Encoding: gzip\r\nContent-Length: " + coded.length + "\r\n\r\n");
            client.write(coded);

            assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").contains("ok");
        }
    }

    /** RFC 9110 §10.1.1: the body is not asked for. */
    @Test
    void aCodingThatIsNotKnownIsRefusedBeforeTheBodyIsSent() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {});
                ProxyServer proxy = proxy(CompressionOnTheWireTest.Kind.DIRECT, origin);
                RawConnection client = RawConnection.connect(proxy.address())) {
            client.write(HEAD + "Content-Encoding: br\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n");

            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 415 ")
                    .contains("\r\nAccept-Encoding: gzip, deflate\r\n");
            assertThat(origin.connections()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatGoesWrongWithinTheBodyIsToldToTheClientAndTheOriginIsCut(CompressionOnTheWireTest.Kind kind)
            throws Exception {
        byte[][] bodies = {
            Coded.gzip(new byte[1_000_000]), "no gzip at all, no gzip at all".getBytes(StandardCharsets.UTF_8)
        };
        int[] statuses = {413, 400};
        for (int i = 0; i < bodies.length; i++) {
            try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                        connection.readHead();
                        assertThat(connection.readAll()).doesNotEndWith("0\r\n\r\n");
                    });
                    ProxyServer proxy = proxy(kind, origin);
                    RawConnection client = RawConnection.connect(proxy.address())) {
                client.write(HEAD + "Content-Encoding: gzip\r\nContent-Length: " + bodies[i].length + "\r\n\r\n");
                client.write(bodies[i]);

                assertThat(client.readAll()).startsWith("HTTP/1.1 " + statuses[i] + " ");
            }
        }
    }

    /** A client that streams is heard at once: each piece that it flushes reaches the origin before the next one. */
    @Test
    void piecesPassOneByOne() throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    for (int i = 0; i < 3; i++) {
                        assertThat(connection.readExactly(3)).isEqualTo("5\r\n");
                        got.add(connection.readExactly(5));
                        connection.readExactly(2);
                    }
                    connection.readExactly(5);
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                ProxyServer proxy = proxy(CompressionOnTheWireTest.Kind.DIRECT, origin);
                RawConnection client = RawConnection.connect(proxy.address())) {
            client.write(HEAD + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n");
            ByteArrayOutputStream coded = new ByteArrayOutputStream();
            GZIPOutputStream gzip = new GZIPOutputStream(coded, true);
            for (int i = 0; i < 3; i++) {
                gzip.write(("part" + i).getBytes(StandardCharsets.UTF_8));
                gzip.flush();
                chunk(client, coded);
                assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("part" + i);
            }
            gzip.close();
            chunk(client, coded);
            client.write("0\r\n\r\n");

            assertThat(client.readAll()).startsWith("HTTP/1.1 200 ");
        }
    }

    private static void chunk(RawConnection client, ByteArrayOutputStream coded) throws Exception {
        client.write(Integer.toHexString(coded.size()) + "\r\n");
        client.write(coded.toByteArray());
        client.write("\r\n");
        coded.reset();
    }
}
