package dev.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.api.ContentResponse;
import org.eclipse.jetty.client.api.Response;
import org.eclipse.jetty.client.api.Result;
import org.eclipse.jetty.client.util.BufferingResponseListener;
import org.eclipse.jetty.client.util.StringRequestContent;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.http.HttpClientTransportOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.BeforeEach;

/** Jetty's client. */
class JettyHttp2Test extends Http2ClientContract {
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        SslContextFactory.Client tls = new SslContextFactory.Client();
        tls.setSslContext(authority.client().context());
        ClientConnector connector = new ClientConnector();
        connector.setSslContextFactory(tls);
        client = new HttpClient(new HttpClientTransportOverHTTP2(new HTTP2Client(connector)));
        client.start();
    }

    @Override
    void closeClient() throws Exception {
        client.stop();
    }

    private static String read(Response response, String body) {
        assertThat(response.getVersion()).isEqualTo(HttpVersion.HTTP_2);
        return response.getStatus() + " " + body;
    }

    @Override
    String post(String url, String text) throws Exception {
        ContentResponse response = client.POST(url)
                .body(new StringRequestContent("text/plain", text))
                .send();
        return read(response, response.getContentAsString());
    }

    @Override
    CompletableFuture<String> get(String url) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        client.newRequest(url).send(new BufferingResponseListener() {
            @Override
            public void onComplete(Result result) {
                if (result.isFailed()) {
                    answer.completeExceptionally(result.getFailure());
                    return;
                }
                try {
                    answer.complete(read(result.getResponse(), getContentAsString()));
                } catch (AssertionError failure) {
                    answer.completeExceptionally(failure);
                }
            }
        });
        return answer;
    }
}
