/** Logins to Google; a file of its own in the program (scripts/bundle.mjs), read only where its storage is used. */
export { type AuthClient, GoogleAuth } from 'google-auth-library';
