/**
 * Who may enter: {@link dev.sluice.proxy.auth.Authentication} is the filter, and an {@link
 * dev.sluice.proxy.auth.Authenticator} decides about each request, by a password, a key, a token, a certificate or an
 * address. {@link dev.sluice.proxy.auth.Authorization} decides what somebody may do. Safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.auth;

import org.jspecify.annotations.NullMarked;
