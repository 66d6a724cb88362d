package dev.sluice.balancer.affinity;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.proxy.ProxyRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Affinity by a key that is remembered in a table. */
final class KeyAffinity implements Affinity {
    /** A longer key is kept as its digest, so that clients cannot fill the memory with long ones. */
    static final int LONGEST = 128;

    private final Function<ProxyRequest, @Nullable String> key;
    private final SessionTable<String> table;
    private final boolean strict;
    private final Set<String> members;

    KeyAffinity(
            Function<ProxyRequest, @Nullable String> key,
            SessionTable<String> table,
            boolean strict,
            Set<String> members) {
        this.key = key;
        this.table = table;
        this.strict = strict;
        this.members = members;
    }

    @Override
    public boolean strict() {
        return strict;
    }

    @Override
    public Affinity over(Collection<String> ids) {
        return new KeyAffinity(key, table, strict, Set.copyOf(ids));
    }

    @Override
    public Set<String> members() {
        return members;
    }

    @Override
    public Session session(ProxyRequest request, long nanos) {
        String value = key.apply(request);
        if (value == null || value.isEmpty()) {
            return NoSession.NO_KEY;
        }
        String kept = value.length() <= LONGEST ? value : digest(value);
        String member = table.seen(kept, nanos);
        return new KeySession(table, kept, member, member != null && members.contains(member));
    }

    @Override
    public int sessions(String memberId, long nanos) {
        return table.count(memberId, nanos);
    }

    /** No field value has a line break, so a digest never equals a key that is kept unchanged. */
    private static String digest(String value) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(value.getBytes(UTF_8));
            return "\n" + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return "key of the request" + (strict ? ", strict" : "");
    }
}
