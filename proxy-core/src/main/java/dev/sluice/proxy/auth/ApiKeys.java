package dev.sluice.proxy.auth;

import dev.sluice.proxy.ExchangeNotes;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.internal.Sha256;
import dev.sluice.proxy.scope.OwnFields;
import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.syntax.KeyName;
import dev.sluice.proxy.syntax.QueryNames;
import dev.sluice.proxy.syntax.QuotedString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A key in a field, {@code X-Api-Key} by default, or in a parameter of the query. Keys are known only by their SHA-256, and
 * looked up by it, so neither memory nor the time of a look-up shows one. A user may have several, such as while one is
 * replaced. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * Authenticator keys = ApiKeys.of(Map.of("5pHlDzVJ8vXqTn3rKwYc", "billing", "Wm2cXfQ7bGtR9sLdNe4a", "billing"));
 * ProxyFilter api = Authentication.require(keys);
 * }</pre>
 *
 * <p>This does not count guesses, so keys must be random and long: 20 letters and digits or more. A {@link
 * dev.sluice.proxy.limit.FailureLimit} bounds the work that they make.
 */
public final class ApiKeys implements Authenticator {
    private static final int MIN_LENGTH = 16;

    /** Finds whose a key is. Called from many threads at once, for each request with a key; may block. */
    @FunctionalInterface
    public interface Lookup {
        /**
         * Returns whose the key is, or null if it is nobody's.
         *
         * @param hash of the key, see {@link ApiKeys#hash}
         * @throws IOException if it cannot be decided now: the client gets 503
         * @throws InterruptedException if the thread is interrupted while it waits
         */
        @Nullable
        Principal find(String hash) throws IOException, InterruptedException;
    }

    private final Lookup lookup;
    private final String field;
    private final FieldSet fieldAsCgi;
    private final @Nullable String parameter;
    private final String challenge;

    private ApiKeys(Lookup lookup, String field, @Nullable String parameter) {
        this.lookup = Objects.requireNonNull(lookup, "lookup");
        this.field = field;
        this.fieldAsCgi = FieldSet.of(field);
        this.parameter = parameter;
        String other = parameter == null ? "" : ", parameter=" + QuotedString.of(parameter);
        this.challenge = "ApiKey field=" + QuotedString.of(field) + other;
    }

    /**
     * Keys that are known from the start.
     *
     * @param users the name of the principal, by the key; copied, and kept only as hashes
     * @throws IllegalArgumentException if there is none, or a key has fewer than 16 characters, or one that a field cannot
     *     have; the message shows the user and never the key
     */
    public static ApiKeys of(Map<String, String> users) {
        Map<String, String> hashes = new HashMap<>();
        users.forEach((key, user) -> {
            if (key.length() < MIN_LENGTH || !key.matches("[!-~]+")) {
                throw new IllegalArgumentException("key of user " + Printable.of(user) + " must have " + MIN_LENGTH
                        + " characters or more, of printable ASCII without spaces");
            }
            hashes.put(hash(key), user);
        });
        return by(PrincipalsByHash.of("keys", hashes)::get);
    }

    /**
     * Keys of which you keep only the hashes.
     *
     * @param users the name of the principal, by the {@link #hash} of the key
     * @throws IllegalArgumentException if there is none, or one is not of that form; the message shows it
     */
    public static ApiKeys ofHashes(Map<String, String> users) {
        return by(PrincipalsByHash.of("hash", users)::get);
    }

    /** Keys that a function looks up by their hashes, such as in a database. */
    public static ApiKeys by(Lookup lookup) {
        return new ApiKeys(lookup, "X-Api-Key", null);
    }

    /**
     * The same with another field; {@code X-Api-Key} by default.
     *
     * @throws IllegalArgumentException if it is not the name of a field that a request can have; the message shows it
     */
    public ApiKeys withField(String name) {
        KeyName.requireField("field", name);
        return new ApiKeys(lookup, name, parameter);
    }

    /**
     * The same that also takes the key from this parameter of the query, for clients that cannot send fields; none by
     * default. The parameter does not go on. URLs stay in the logs and histories of others: prefer the field.
     *
     * @throws IllegalArgumentException if it has anything but letters, digits and {@code -._~}; the message shows it
     */
    public ApiKeys withParameter(String name) {
        if (!name.matches("[A-Za-z0-9._~-]+")) {
            throw new IllegalArgumentException(
                    "parameter must be letters, digits and \"-._~\": \"" + Printable.of(name) + "\"");
        }
        return new ApiKeys(lookup, field, name);
    }

    /** What is kept of a key: its SHA-256, in hexadecimal digits of lower case. */
    public static String hash(String key) {
        return HexFormat.of().formatHex(Sha256.of(key.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public AuthResult authenticate(ProxyRequest request) throws IOException, InterruptedException {
        List<String> keys = new ArrayList<>(request.headers().all(field));
        hideCredentials(request.exchange().notes());
        if (parameter != null) {
            keys.addAll(QueryNames.values(request.target().query(), parameter::equals));
        }
        if (keys.isEmpty()) {
            return AuthResult.notGiven(challenge);
        }
        if (keys.size() > 1) {
            return AuthResult.refused("there is more than one key", challenge);
        }
        Principal principal = found(keys.get(0));
        return principal == null ? AuthResult.refused("the key is wrong", challenge) : AuthResult.accepted(principal);
    }

    @Override
    public void hideCredentials(ExchangeNotes notes) {
        notes.secretField(field);
        if (parameter != null) {
            notes.secretParameter(parameter);
        }
    }

    private @Nullable Principal found(String key) throws IOException, InterruptedException {
        try {
            return lookup.find(hash(key));
        } catch (IOException fault) {
            throw Unavailable.because(fault, key);
        } catch (RuntimeException fault) {
            throw Unavailable.without(fault, key);
        }
    }

    /** Without the field and the parameter. */
    @Override
    public ProxyRequest withoutCredentials(ProxyRequest request) {
        OwnFields.add(request, fieldAsCgi);
        ProxyRequest.Builder clean =
                request.toBuilder().headers(request.headers().without(fieldAsCgi::hasAsCgi));
        RequestTarget target = request.target();
        if (parameter != null && QueryNames.has(target.query(), parameter::equals)) {
            clean.target(target.withQuery(QueryNames.without(target.query(), parameter::equals)));
        }
        return clean.build();
    }
}
