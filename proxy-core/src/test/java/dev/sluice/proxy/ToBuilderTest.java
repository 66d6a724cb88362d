package dev.sluice.proxy;

import dev.sluice.proxy.content.ContentCoding;
import dev.sluice.proxy.limit.Timeouts.MinRate;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsTrust;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class ToBuilderTest extends ToBuilderContract {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    ToBuilderTest() {
        super(
                Exchange.class,
                Map.of(
                        ContentCoding[].class, List.<ContentCoding[]>of(new ContentCoding[] {ContentCoding.DEFLATE}),
                        MinRate.class, List.of(new MinRate(7, Duration.ofSeconds(7))),
                        Headers.class, List.of(Headers.of("A", "1")),
                        Body.class, List.of(Body.of("x")),
                        Tunnel.class, List.of(new ClosedTunnel("chat", () -> {})),
                        TlsCertificate.class, List.of(AUTHORITY.certificate("a.test")),
                        TlsTrust.class, List.of(AUTHORITY.trust()),
                        OriginTls.class, List.of(AUTHORITY.client())),
                Set.of(
                        // There is nothing yet for them to change.
                        "Headers.remove",
                        "Headers.removeIf",
                        "Headers.replace",
                        "ProxyResponse.removeHeader",
                        // It needs another option beside it.
                        "TlsSettings.clientCertificate"));
    }
}
