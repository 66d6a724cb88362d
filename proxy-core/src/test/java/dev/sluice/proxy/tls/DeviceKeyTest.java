package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECParameterSpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A key is used as it was given: it is neither written nor encrypted, which one within a device could not be. */
@Timeout(60)
class DeviceKeyTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    /** A key that can be used but not read. */
    private record DeviceKey(ECPrivateKey key) implements ECPrivateKey {
        @Override
        public BigInteger getS() {
            return key.getS();
        }

        @Override
        public ECParameterSpec getParams() {
            return key.getParams();
        }

        @Override
        public String getAlgorithm() {
            return key.getAlgorithm();
        }

        @Override
        public @Nullable String getFormat() {
            return null;
        }

        @Override
        public byte @Nullable [] getEncoded() {
            return null;
        }
    }

    @Test
    void aKeyThatDoesNotLeaveItsDeviceServesHandshakes() throws Exception {
        TlsCertificate issued = AUTHORITY.certificate("localhost", "127.0.0.1");
        TlsCertificate inDevice = TlsCertificate.of(new DeviceKey((ECPrivateKey) issued.key()), issued.chain());
        TlsSettings tls = TlsSettings.builder().addCertificate(inDevice).build();
        try (ProxyServer server = ProxyServer.builder()
                .tls(tls)
                .addRoute("/**", request -> ProxyResponse.of(200, "ok"))
                .build()
                .start()) {
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(AUTHORITY.client().context())
                    .build();
            HttpRequest request = HttpRequest.newBuilder(server.uri()).build();
            assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("ok");
        }
    }
}
