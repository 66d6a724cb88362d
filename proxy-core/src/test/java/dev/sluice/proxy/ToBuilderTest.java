package dev.sluice.proxy;

import static java.util.Map.entry;

import dev.sluice.proxy.cache.CacheKey;
import dev.sluice.proxy.cache.store.StoredHead.Origin;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.content.ContentCoding;
import dev.sluice.proxy.limit.Timeouts.MinRate;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsTrust;
import dev.sluice.proxy.trace.SpanListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

final class ToBuilderTest extends ToBuilderContract {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    ToBuilderTest() {
        super(
                Exchange.class,
                Map.ofEntries(
                        entry(ContentCoding[].class, List.<ContentCoding[]>of(new ContentCoding[] {ContentCoding.DEFLATE
                        })),
                        entry(MinRate.class, List.of(new MinRate(7, Duration.ofSeconds(7)))),
                        entry(Headers.class, List.of(Headers.of("A", "1"))),
                        entry(Body.class, List.of(Body.of("x"))),
                        entry(Tunnel.class, List.of(new ClosedTunnel("chat", () -> {}))),
                        entry(TlsCertificate.class, List.of(AUTHORITY.certificate("a.test"))),
                        entry(TlsTrust.class, List.of(AUTHORITY.trust())),
                        entry(OriginTls.class, List.of(AUTHORITY.client())),
                        entry(CacheKey.class, List.of(CacheKey.DEFAULT.withoutQuery())),
                        entry(Compression.class, List.of(Compression.DEFAULT)),
                        entry(Predicate.class, List.<Predicate<?>>of(any -> false)),
                        entry(Instant.class, List.of(Instant.ofEpochSecond(7))),
                        entry(List.class, List.of(List.of("a"))),
                        entry(SpanListener.class, List.<SpanListener>of(span -> {})),
                        entry(Origin.class, List.of(new Origin("https", null, "/a")))),
                Set.of(
                        // There is nothing yet for them to change.
                        "Headers.remove",
                        "Headers.removeIf",
                        "Headers.replace",
                        "ProxyResponse.removeHeader",
                        // It needs another option beside it.
                        "TlsSettings.clientCertificate",
                        // Functions, which this test cannot tell apart: TracingTest does.
                        "Tracing.random",
                        "Tracing.sampler"));
    }
}
