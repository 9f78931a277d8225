import { createForm, requestAccessToken } from '../access-token.ts'
import { requireText, requireUrl, type TokenMaker } from './token-maker.ts'

/** The token endpoint of files that name none. */
const TOKEN_URL = new URL('https://oauth2.googleapis.com/token')

/**
 * A token by the refresh token of a person (RFC 6749 §6), as `gcloud auth application-default login`
 * leaves it: for a first publication by hand.
 */
export const refreshPersonalToken: TokenMaker = async ({ path, fields }, { clock }, limits) => {
  const form = createForm(
    fields['token_uri'] === undefined ? TOKEN_URL : requireUrl(path, fields, 'token_uri'),
    {
      grant_type: 'refresh_token',
      client_id: requireText(path, fields, 'client_id'),
      client_secret: requireText(path, fields, 'client_secret'),
      refresh_token: requireText(path, fields, 'refresh_token'),
    },
    'log in again: gcloud auth application-default login',
  )
  return requestAccessToken(form, { limits, nowMs: clock.nowMs() })
}
