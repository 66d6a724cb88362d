package dev.sluice.examples.recipes;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.auth.TokenVerifier;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens that are JSON web tokens (RFC 9068), checked with a library, for {@code BearerAuth.of("api", this)}. Keys,
 * algorithms and issuer are set here: what a token says about them only has to fit.
 */
public final class JsonWebTokens implements TokenVerifier {
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final Duration leeway;

    /** Takes tokens of this issuer for this audience, signed by one of these algorithms with a key from the URL. */
    public JsonWebTokens(URI keys, String issuer, String audience, Duration leeway, JWSAlgorithm... algorithms)
            throws IOException {
        this.leeway = leeway;
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(Set.of(algorithms), TokenKeys.at(keys)));
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        JWTClaimsSet exact = new JWTClaimsSet.Builder().issuer(issuer).build();
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(audience, exact, Set.of());
        claims.setMaxClockSkew((int) leeway.toSeconds());
        processor.setJWTClaimsSetVerifier(claims);
    }

    @Override
    public @Nullable Principal verify(String token) throws IOException {
        try {
            SignedJWT jwt = SignedJWT.parse(token.length() > 8192 ? "" : token);
            JWTClaimsSet claims = processor.process(jwt, null);
            return isSound(jwt, claims) ? principal(claims) : null;
        } catch (KeySourceException outage) {
            throw new IOException("there are no keys: " + outage.getMessage(), outage);
        } catch (ParseException | BadJOSEException | JOSEException | RuntimeException invalid) {
            return null;
        }
    }

    private static Principal principal(JWTClaimsSet claims) {
        Object scope = claims.getClaim("scope");
        Principal principal = Principal.of(claims.getSubject()).withAttribute("claims", claims.getClaims());
        return scope == null ? principal : principal.withAttribute("scope", scope);
    }

    /** What the library does not check. */
    private boolean isSound(SignedJWT jwt, JWTClaimsSet claims) {
        Instant latest = Instant.now().plus(leeway);
        return claims.getExpirationTime() != null
                && (claims.getIssueTime() == null
                        || claims.getIssueTime().toInstant().isBefore(latest))
                && claims.getSubject().matches("\\p{Graph}\\p{Print}{0,254}")
                && jwt.getHeader().getCriticalParams() == null
                // It skips what is not base64url, and a token must not have two spellings.
                && Base64URL.encode(jwt.getSignature().decode()).equals(jwt.getSignature());
    }
}
