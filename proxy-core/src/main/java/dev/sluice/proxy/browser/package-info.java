/**
 * What browsers are told about a site: who may read it from another one ({@link dev.sluice.proxy.browser.Cors}), and what
 * its pages may do ({@link dev.sluice.proxy.browser.SecurityHeaders}). Filters for a server or a route; safe for use by
 * many threads.
 */
@NullMarked
package dev.sluice.proxy.browser;

import org.jspecify.annotations.NullMarked;
