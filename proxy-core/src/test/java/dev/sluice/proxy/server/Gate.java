package dev.sluice.proxy.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.answer.Maintenance;
import dev.sluice.proxy.auth.ApiKeys;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.Authenticator;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.ClientAddresses;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.browser.Cors;
import dev.sluice.proxy.browser.SecurityHeaders;
import dev.sluice.proxy.content.BodyRewrite;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.content.Decompression;
import dev.sluice.proxy.header.RequestId;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.limit.AdaptiveLimit;
import dev.sluice.proxy.limit.Bandwidth;
import dev.sluice.proxy.limit.ConcurrencyLimit;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.limit.Shedding;
import dev.sluice.proxy.mirror.Mirror;
import dev.sluice.proxy.tls.HttpsOnly;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The filters of a gateway, each with what a request needs to pass it, and with what an answer then shows. */
enum Gate {
    REQUEST_ID {
        @Override
        ProxyFilter filter() {
            return RequestId.DEFAULT;
        }

        @Override
        void onEveryAnswer(Headers answer) {
            assertThat(answer.first("X-Request-Id")).isPresent();
        }
    },
    HTTPS_ONLY {
        @Override
        ProxyFilter filter() {
            return HttpsOnly.DEFAULT.withMaxAge(Duration.ofDays(1));
        }

        @Override
        void onEveryAnswer(Headers answer) {
            assertThat(answer.first("Strict-Transport-Security")).contains("max-age=86400");
        }
    },
    SECURITY_HEADERS {
        @Override
        ProxyFilter filter() {
            return SecurityHeaders.DEFAULT;
        }

        @Override
        void onEveryAnswer(Headers answer) {
            assertThat(answer.first("X-Content-Type-Options")).contains("nosniff");
        }
    },
    CORS {
        @Override
        ProxyFilter filter() {
            return Cors.builder().allowOrigins("https://app.example").build();
        }

        @Override
        ProxyRequest.Builder passing(ProxyRequest.Builder request) {
            return request.header("Origin", "https://app.example");
        }

        @Override
        void onEveryAnswer(Headers answer) {
            assertThat(answer.first("Access-Control-Allow-Origin")).contains("https://app.example");
        }
    },
    MAINTENANCE {
        @Override
        ProxyFilter filter() {
            return Maintenance.builder().build();
        }
    },
    ADDRESSES {
        @Override
        ProxyFilter filter() {
            return ClientAddresses.builder().allow("127.0.0.0/8").build();
        }
    },
    RATE {
        @Override
        ProxyFilter filter() {
            return RateLimit.perSecond(1_000).withDraft11Fields(true);
        }

        @Override
        void onAnswer(Headers answer) {
            assertThat(answer.first("RateLimit")).isPresent();
        }
    },
    RATE_OF_PRINCIPAL {
        @Override
        ProxyFilter filter() {
            return RateLimit.perSecond(1_000).withName("principal").withKey(RequestKey.principal());
        }
    },
    CONCURRENCY {
        @Override
        ProxyFilter filter() {
            return ConcurrencyLimit.of(1);
        }
    },
    BANDWIDTH {
        @Override
        ProxyFilter filter() {
            return Bandwidth.perSecond(100_000_000);
        }
    },
    SHEDDING {
        @Override
        ProxyFilter filter() {
            return Shedding.DEFAULT;
        }
    },
    BASIC {
        @Override
        ProxyFilter filter() {
            return Authentication.require(BasicAuth.of("staff", Credentials.of("anna", "a long password")));
        }

        @Override
        ProxyRequest.Builder passing(ProxyRequest.Builder request) {
            byte[] text = "anna:a long password".getBytes(UTF_8);
            return request.header(
                    "Authorization", "Basic " + Base64.getEncoder().encodeToString(text));
        }

        @Override
        void atOrigin(Headers fields) {
            assertThat(fields.has("Authorization")).isFalse();
        }
    },
    API_KEY {
        @Override
        ProxyFilter filter() {
            Authenticator keys = ApiKeys.of(Map.of("5pHlDzVJ8vXqTn3rKwYc", "anna"));
            return Authentication.require(keys);
        }

        @Override
        ProxyRequest.Builder passing(ProxyRequest.Builder request) {
            return request.header("X-Api-Key", "5pHlDzVJ8vXqTn3rKwYc");
        }

        @Override
        void atOrigin(Headers fields) {
            assertThat(fields.has("X-Api-Key")).isFalse();
        }
    },
    COMPRESSION {
        @Override
        ProxyFilter filter() {
            return Compression.DEFAULT;
        }

        @Override
        ProxyRequest.Builder passing(ProxyRequest.Builder request) {
            return request.header("Accept-Encoding", "gzip");
        }

        @Override
        void onAnswer(Headers answer) {
            assertThat(answer.first("Content-Encoding")).contains("gzip");
        }
    },
    DECOMPRESSION {
        @Override
        ProxyFilter filter() {
            return Decompression.DEFAULT;
        }

        @Override
        ProxyRequest.Builder passing(ProxyRequest.Builder request) {
            return request.header("Content-Encoding", "gzip").body(Body.of(zipped(UPLOAD.getBytes(UTF_8))));
        }

        @Override
        void atOrigin(Headers fields) {
            assertThat(fields.has("Content-Encoding")).isFalse();
        }
    },
    BODY_REWRITE {
        @Override
        ProxyFilter filter() {
            return BodyRewrite.response()
                    .text((request, text) -> text.replace("origin", "gateway"))
                    .build();
        }

        @Override
        String text(String origins) {
            return origins.replace("origin", "gateway");
        }
    },
    ADAPTIVE {
        @Override
        ProxyFilter filter() {
            return AdaptiveLimit.between(1, 10);
        }
    },
    MIRROR {
        @Override
        ProxyFilter filter() {
            return Mirror.builder(request -> {
                        try (var body = request.body().open()) {
                            body.readAllBytes();
                        }
                        return ProxyResponse.of(500, "dropped");
                    })
                    .methods("GET", "POST")
                    .build();
        }
    };

    static final String UPLOAD = "what the client sends";

    abstract ProxyFilter filter();

    /** The request with what lets it pass. */
    ProxyRequest.Builder passing(ProxyRequest.Builder request) {
        return request;
    }

    /** The text of an answer, when the origin's was this. */
    String text(String origins) {
        return origins;
    }

    /** Checks an answer of the origin. */
    void onAnswer(Headers answer) {
        onEveryAnswer(answer);
    }

    /** Checks any answer, also a page that refuses. */
    void onEveryAnswer(Headers answer) {}

    /** Checks the fields that the origin gets. */
    void atOrigin(Headers fields) {}

    static byte[] zipped(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(plain);
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return bytes.toByteArray();
    }

    /** The text of a body, which may be compressed. */
    static String text(Headers fields, byte[] body) throws IOException {
        if (fields.first("Content-Encoding").isEmpty()) {
            return new String(body, UTF_8);
        }
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return new String(plain.readAllBytes(), UTF_8);
        }
    }
}
