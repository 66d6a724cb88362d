package dev.sluice.examples.recipes;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service that issues tokens and serves its keys: those that it signs with, {@code rsa} and {@code ec}, and some that no
 * token may be signed with. Safe for use by many threads.
 */
public final class TokenIssuer implements AutoCloseable {
    static final String NAME = "https://id.example";
    static final String AUDIENCE = "shop";
    static final Duration LEEWAY = Duration.ofSeconds(30);

    private static final KeyPair RSA = pair("RSA", 2048);
    private static final KeyPair WEAK = pair("RSA", 1024);

    final KeyPair rsa = RSA;
    final KeyPair ec = pair("EC", 256);
    final KeyPair weak = WEAK;
    final KeyPair otherCurve = pair("EC", 384);

    /** A secret that the issuer shows by mistake. */
    final OctetSequenceKey secret =
            new OctetSequenceKey.Builder(new byte[48]).keyID("secret").build();

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger strangers = new AtomicInteger();
    private final ProxyServer server = ProxyServer.builder()
            .port(0)
            .addRoute("/keys", this::answer)
            .addRoute("/**", request -> ProxyResponse.of(200, String.valueOf(strangers.incrementAndGet())))
            .build()
            .start();
    private volatile ProxyHandler answer = request -> ProxyResponse.of(200, keys().toString(false));

    /** The set of keys that it serves. */
    JWKSet keys() {
        return new JWKSet(List.of(
                rsa("rsa", rsa.getPublic()).build(),
                ec("ec", Curve.P_256, ec).build(),
                rsa("weak", weak.getPublic()).build(),
                rsa("for-encryption", rsa.getPublic()).keyUse(KeyUse.ENCRYPTION).build(),
                rsa("to-encrypt", rsa.getPublic())
                        .keyOperations(Set.of(KeyOperation.ENCRYPT))
                        .build(),
                rsa("only-rs512", rsa.getPublic()).algorithm(JWSAlgorithm.RS512).build(),
                ec("p-384", Curve.P_384, otherCurve).build(),
                secret));
    }

    static RSAKey.Builder rsa(String id, PublicKey key) {
        return new RSAKey.Builder((RSAPublicKey) key).keyID(id);
    }

    private static ECKey.Builder ec(String id, Curve curve, KeyPair pair) {
        return new ECKey.Builder(curve, (ECPublicKey) pair.getPublic()).keyID(id);
    }

    /** A set with this key alone. */
    static String set(JWK key) {
        return new JWKSet(key).toString();
    }

    /** From now on answers like this, instead of with its keys. */
    void answers(ProxyHandler other) {
        answer = other;
    }

    /** How often it was asked for keys. */
    int asked() {
        return asked.get();
    }

    /** How often it was asked for anything else, such as for what a token names. */
    int strangers() {
        return strangers.get();
    }

    /** Where its keys are. */
    public URI keysAt() {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + "/keys");
    }

    /** A good token of now, for {@code anna}. */
    public static ForgedToken token() {
        long now = Instant.now().getEpochSecond();
        return new ForgedToken(
                "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"rsa\"}",
                "{\"iss\":\"" + NAME + "\",\"aud\":\"shop\",\"sub\":\"anna\",\"iat\":" + now + ",\"exp\":" + (now + 600)
                        + '}');
    }

    /** The same, for its key of EC. */
    static ForgedToken ecToken() {
        return token().inHeader("RS256", "ES256").inHeader("\"rsa\"", "\"ec\"");
    }

    /** Signs by the key {@code rsa}. */
    public String sign(ForgedToken token) throws GeneralSecurityException {
        return token.signed("RS256", rsa.getPrivate());
    }

    static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException unknown) {
            throw new IllegalArgumentException(algorithm, unknown);
        }
    }

    private ProxyResponse answer(ProxyRequest request) throws IOException, InterruptedException {
        asked.incrementAndGet();
        return answer.handle(request);
    }

    @Override
    public void close() {
        server.close();
    }
}
