package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.RawConnection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class JdkHttpHandlerTest {
    @Test
    void aHandlerIsMountedBesideOtherContexts() throws Exception {
        ProxyHandler handler = request -> ProxyResponse.of(200, "proxied " + request.target());
        assertThat(answer("/api/x?y", handler)).startsWith("HTTP/1.1 200 ").endsWith("proxied /api/x?y");
        assertThat(answer("/own", handler)).endsWith("\r\n\r\nown");
    }

    @Test
    void anExceptionOfAHandlerBecomesAnErrorPage() throws Exception {
        String refused = answer("/api/", request -> {
            throw ProxyException.refused(Outcome.REFUSED, "not you");
        });
        assertThat(refused).startsWith("HTTP/1.1 403 ").contains("not you");
        String failed = answer("/api/", request -> {
            throw new IllegalStateException("secret");
        });
        assertThat(failed).startsWith("HTTP/1.1 500 ").doesNotContain("secret");
    }

    @Test
    void badInputIsRefused() throws Exception {
        String answer = answer("/api/ HTTP/1.1\r\nHost: a, b\r\nX:", request -> ProxyResponse.of(200));
        assertThat(answer).startsWith("HTTP/1.1 400 ");
    }

    private static String answer(String target, ProxyHandler handler) throws Exception {
        HttpServer server = HttpServer.create(JdkListenerHarness.ANY, 0);
        ExecutorService threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/api", JdkHttpHandler.of(handler));
        server.createContext("/own", http -> {
            http.getResponseHeaders().set("Connection", "close");
            http.sendResponseHeaders(200, 3);
            http.getResponseBody().write(new byte[] {'o', 'w', 'n'});
            http.close();
        });
        server.start();
        try (RawConnection client = RawConnection.connect(server.getAddress())) {
            client.write("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            return client.readAll();
        } finally {
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
