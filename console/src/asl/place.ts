/** Where things are that a definition names by their ARN. */
export interface ArnPlace {
  account: string
  region: string
}

/** What the server takes for its own unless it is told otherwise. */
export const USUAL_PLACE: ArnPlace = { account: '000000000000', region: 'us-east-1' }

export function activityArn({ account, region }: ArnPlace, name: string): string {
  return `arn:aws:states:${region}:${account}:activity:${name}`
}
