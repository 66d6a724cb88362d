package dev.sluice.examples.recipes;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;

/**
 * The keys at a URL (RFC 7517) that JSON web tokens are checked with. They are fetched every 5 minutes, and for a token with
 * another key, so a new key counts at once; twice in 30 s at most, so strange tokens cost nobody a fetch. If they cannot be
 * fetched, those from before count for an hour.
 */
final class TokenKeys {
    private static final JWKSelector ALL = new JWKSelector(new JWKMatcher.Builder().build());

    private TokenKeys() {}

    static JWKSource<SecurityContext> at(URI url) throws MalformedURLException {
        JWKSource<SecurityContext> source = JWKSourceBuilder.create(url.toURL(), TokenKeys::fetch)
                .refreshAheadCache(false)
                .outageTolerant(Duration.ofHours(1).toMillis())
                .build();
        return (selector, context) -> {
            try {
                return source.get(selector, context);
            } catch (RateLimitReachedException soon) {
                // The token's key is unknown, unless there are no keys at all: then this throws, too.
                return selector.select(new JWKSet(source.get(ALL, context)));
            }
        };
    }

    private static Resource fetch(URL url) throws IOException {
        try {
            String text = BoundedFetch.text(URI.create(url.toString()), Duration.ofSeconds(3), 64 * 1024);
            List<JWK> keys = JWKSet.parse(text).toPublicJWKSet().getKeys();
            List<JWK> sound = keys.stream().filter(TokenKeys::isSound).toList();
            if (sound.isEmpty()) {
                throw new IOException("none of the " + keys.size() + " public keys may check signatures");
            }
            return new Resource(new JWKSet(sound).toString(), null);
        } catch (ParseException | RuntimeException malformed) {
            throw new IOException(malformed);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IOException(end);
        }
    }

    private static boolean isSound(JWK key) {
        return (!key.getKeyType().equals(KeyType.RSA) || key.size() >= 2048)
                && (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY));
    }
}
