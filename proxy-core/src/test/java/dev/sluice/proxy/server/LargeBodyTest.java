package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies of 2 GiB pass through a proxy with 64 MiB of heap, so they are not kept. */
@Timeout(300)
class LargeBodyTest {
    private static final long LENGTH = 2L << 30;
    private static final byte[] BLOCK = new byte[64 * 1024];
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: ";

    static {
        Arrays.fill(BLOCK, (byte) 'x');
    }

    private Process proxy;

    private Socket connect(ScriptedOrigin origin) throws IOException {
        proxy = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeBodyProxy.class.getName(),
                        origin.uri().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String port =
                new BufferedReader(new InputStreamReader(proxy.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(port).as("port of the proxy").isNotNull();
        Socket client = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
        client.setSoTimeout(30_000);
        return client;
    }

    @AfterEach
    void endProxy() throws Exception {
        proxy.getOutputStream().close();
        proxy.waitFor();
    }

    @Test
    void aDownloadOf2GiBPassesThrough64MiBOfHeap() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write(ANSWER + LENGTH + "\r\n\r\n");
                    for (long sent = 0; sent < LENGTH; sent += BLOCK.length) {
                        connection.write(BLOCK);
                    }
                });
                Socket client = connect(origin)) {
            client.getOutputStream().write(head("GET", ""));
            InputStream in = client.getInputStream();
            long body = drain(in) - LENGTH;

            // The rest is the head.
            assertThat(body).isBetween(50L, 1_000L);
        }
    }

    @Test
    void anUploadOf2GiBPassesThrough64MiBOfHeap() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    long received = 0;
                    while (received < LENGTH) {
                        received += connection.readExactly(1 << 20).length();
                    }
                    connection.write(ANSWER + "2\r\n\r\nok");
                });
                Socket client = connect(origin)) {
            OutputStream out = client.getOutputStream();
            out.write(head("POST", "Content-Length: " + LENGTH + "\r\n"));
            for (long sent = 0; sent < LENGTH; sent += BLOCK.length) {
                out.write(BLOCK);
            }
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(answer).startsWith("HTTP/1.1 200").endsWith("ok");
        }
    }

    private static byte[] head(String method, String fields) {
        return (method + " / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n" + fields + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static long drain(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 20];
        long count = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            count += n;
        }
        return count;
    }
}
