package dev.sluice.proxy.tls;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Operations on {@link SSLParameters}. */
final class TlsParameters {
    private TlsParameters() {}

    /** Checks now what a handshake would otherwise find out, once for each connection. */
    static void require(SSLContext context, @Nullable SSLParameters parameters) {
        SSLEngine engine;
        try {
            engine = context.createSSLEngine();
        } catch (IllegalStateException fault) {
            throw new IllegalArgumentException("TLS context must be initialized: call its init(...) first", fault);
        }
        if (parameters != null) {
            requireKnown("protocols", parameters.getProtocols(), engine.getSupportedProtocols());
            requireKnown("cipherSuites", parameters.getCipherSuites(), engine.getSupportedCipherSuites());
            requireUsable(engine, parameters);
        }
    }

    /** A version that the JVM knows may be disabled ({@code jdk.tls.disabledAlgorithms}), or have no suite. */
    private static void requireUsable(SSLEngine engine, SSLParameters parameters) {
        try {
            engine.setSSLParameters(parameters);
            engine.setUseClientMode(true);
            engine.beginHandshake();
        } catch (SSLException fault) {
            throw new IllegalArgumentException(
                    "TLS parameters protocols and cipherSuites allow no handshake in this JVM: "
                            + Arrays.toString(parameters.getProtocols()) + ", "
                            + Arrays.toString(parameters.getCipherSuites()) + ": " + fault.getMessage(),
                    fault);
        }
    }

    private static void requireKnown(String option, String @Nullable [] names, String[] known) {
        for (String name : names == null ? new String[0] : names) {
            if (!List.of(known).contains(name)) {
                throw new IllegalArgumentException(
                        "TLS parameters " + option + " must be of " + List.of(known) + ": \"" + name + "\"");
            }
        }
    }

    /** A copy with everything that the running JDK knows, also named groups and signature schemes of later JDKs. */
    static SSLParameters copy(SSLParameters original) {
        SSLParameters copy = new SSLParameters();
        for (Method setter : SSLParameters.class.getMethods()) {
            if (setter.getName().startsWith("set") && !setter.getName().endsWith("ClientAuth")) {
                copyOne(original, copy, setter);
            }
        }
        // Setting one of these clears the other.
        copy.setWantClientAuth(original.getWantClientAuth());
        if (original.getNeedClientAuth()) {
            copy.setNeedClientAuth(true);
        }
        return copy;
    }

    private static void copyOne(SSLParameters original, SSLParameters copy, Method setter) {
        try {
            Method getter =
                    SSLParameters.class.getMethod("get" + setter.getName().substring("set".length()));
            Object value = getter.invoke(original);
            if (value != null) {
                setter.invoke(copy, value);
            }
        } catch (ReflectiveOperationException failure) {
            throw new IllegalArgumentException("TLS parameters cannot be copied: " + setter.getName(), failure);
        }
    }

    /** Returns whether two are the same in all that the running JDK knows. */
    static boolean same(@Nullable SSLParameters one, @Nullable SSLParameters other) {
        if (one == null || other == null) {
            return one == null && other == null;
        }
        for (Method getter : SSLParameters.class.getMethods()) {
            boolean property = getter.getName().startsWith("get") && getter.getDeclaringClass() == SSLParameters.class;
            if (property && !Objects.deepEquals(value(one, getter), value(other, getter))) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Object value(SSLParameters parameters, Method getter) {
        try {
            return getter.invoke(parameters);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalArgumentException("TLS parameters cannot be read: " + getter.getName(), failure);
        }
    }
}
