/**
 * A relying party in a program of its own, with AWS's verifier: `node verify-as-aws.ts ISSUER TOKEN`
 * prints the claims that it decides by. It is given the issuer URL and finds the keys by itself.
 */
import { JwtVerifier } from 'aws-jwt-verify'

const [issuer = '', token = ''] = process.argv.slice(2)
const verifier = JwtVerifier.create({ issuer, audience: 'https://api.example.com' })
const { iss, sub, aud } = await verifier.verify(token)
process.stdout.write(JSON.stringify({ iss, sub, aud }))
